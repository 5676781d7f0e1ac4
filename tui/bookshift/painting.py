"""Screens that are painted once for each thing that happens, part by part, over the lines of what is below.

Textual paints in the middle of things: for each step of a layout, again for what is dirty after it, and a
dialog that opens lays out and draws the screen below three times over. Here a layout only arranges. Painting
waits for a turn of the event loop of its own, and takes several where there is much to paint: a key gets
through between two of them, and the terminal is sent the whole.

It overrides private methods of Textual, as `bookshift.wire` does and under the same condition.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.geometry import Region
from textual.screen import Screen, ScreenResultType
from textual.widget import _RenderCache

from bookshift.wire import LeanWire, tested

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from textual.events import ScreenResume
    from textual.filter import LineFilter
    from textual.geometry import Size
    from textual.strip import Strip

CELLS: Final = 1_500
"""As many are painted in a turn: a few milliseconds' work."""
_BATCH_SECONDS: Final = 0.01


class RowsInNeed(Compositor):
    """Asks widgets for the rows to be painted; Textual's own has every widget drawn whole for any of them."""

    def _get_renders(self, crop: Region | None = None) -> Iterator[tuple[Region, Region, list[Strip]]]:
        if crop is None or not tested():
            yield from super()._get_renders(crop)
            return
        rows = Region(0, crop.y, self.size.width, crop.height)
        for widget, (region, clip) in self.visible_widgets.items():
            clip_rows = clip.intersection(rows)
            seen = region.intersection(clip_rows)
            if seen and seen.overlaps(crop):
                yield region, clip_rows, widget.render_lines(seen.translate(-region.offset))


class PaintedOnce(Screen[ScreenResultType]):
    """A screen that is painted in turns of its own; where it is transparent, lines below are used again."""

    _painting: asyncio.TimerHandle | None = None
    _next_row = 0
    _shown_before = False
    _takes_over = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._compositor = RowsInNeed()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Nothing for lines that have been through the filters as those of the screen below."""
        return () if self._takes_over else super().get_line_filters()

    def _on_screen_resume(self, event: ScreenResume) -> None:
        """Leave the styles alone that a screen has just been made with; Textual's own handler runs next."""
        if not self._shown_before and tested():
            event.refresh_styles = False
        self._shown_before = True

    def _compositor_refresh(self) -> None:
        """Have painted what the compositor knows to be dirty."""
        if not tested() or self.app.is_inline:
            super()._compositor_refresh()
            return
        self._dirty_widgets.clear()
        self._paint_soon(0)

    def _paint_soon(self, seconds: float) -> None:
        # Not `call_soon`: `bookshift.typing_order` holds keys back until nothing is left that is due.
        if self._painting is None:
            self._painting = asyncio.get_running_loop().call_later(seconds, self._paint)

    def _paint(self) -> None:
        self._painting = None
        if not self.is_running or self.app._exit:  # noqa: SLF001 - as Textual's own does
            return
        if self.app._batch_count:  # noqa: SLF001 - as Textual's own does
            self._paint_soon(_BATCH_SECONDS)
            return
        # What has changed since this turn was asked for: Textual forgets it when the picture is shown.
        self._compositor.update_widgets(self._dirty_widgets)
        self._dirty_widgets.clear()
        dirty = self._compositor._dirty_regions  # noqa: SLF001 - told nowhere else
        now, later = dirty.copy(), set[Region]()
        if self is self.app.screen:
            self._next_row, now, later = _part(dirty, self._compositor.size, self._next_row)
        dirty.clear()
        dirty.update(now)
        app = self.app
        if isinstance(app, LeanWire):
            # What is above the first row to be painted waits for the next picture.
            app.unfinished = bool(later) and self._next_row > 0
        super()._compositor_refresh()
        if isinstance(app, LeanWire):
            app.unfinished = False
        if later:
            dirty.update(later)
            self._paint_soon(0)

    def _screen_resized(self, size: Size) -> None:
        """Arrange anew for another size; a dialog that opens "resizes" all below it to the size it has."""
        if size != self._compositor.size or not tested():
            super()._screen_resized(size)

    def _render_content(self) -> None:
        """Draw what is behind all widgets: where it is transparent, the lines of the screen below."""
        screens = visible_screen_stack.get([])
        self._takes_over = bool(
            tested() and screens and screens[-1] is not self and self.styles.background.is_transparent
        )
        if not self._takes_over:
            super()._render_content()
            return
        below = screens.pop()
        self._render_cache = _RenderCache(self.size, below._compositor.render_strips(self.size))  # noqa: SLF001 - what is drawn there already
        self._dirty_regions.clear()


def _part(dirty: Iterable[Region], size: Size, first: int) -> tuple[int, set[Region], set[Region]]:
    """What to paint now, of rows from `first` on and of no more than `CELLS` cells, and what is left.

    Rows above come after those below have had their turn, so that none waits for ever while others change.
    Returned before them is the row to go on with, 0 when the last row was among them.
    """
    inside = [one for region in dirty if (one := region.intersection(size.region))]
    widths = [0] * size.height
    for region in inside:
        for y in region.line_range:
            widths[y] += region.width
    if not any(widths[first:]):
        first = 0
    end, cells = first, 0
    while end < size.height and (not cells or cells + min(widths[end], size.width) <= CELLS):
        cells += min(widths[end], size.width)
        end += 1
    while end < size.height and not widths[end]:
        end += 1
    above = Region(0, 0, size.width, first)
    part = Region(0, first, size.width, end - first)
    below = Region(0, end, size.width, size.height - end)
    now = {one for region in inside if (one := region.intersection(part))}
    later = {one for region in inside for rest in (above, below) if (one := region.intersection(rest))}
    return end if end < size.height else 0, now, later
