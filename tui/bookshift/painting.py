"""Screens that are painted once for each thing that happens, and take over what is below as it is drawn.

Textual paints in the middle of things: for each step of a layout, again for what is dirty after it, and a
dialog that opens lays out and draws the screen below three times over. Here a layout only arranges, and the
screen's own timer, which draws what is dirty, also draws what a layout has left.

It overrides private methods of Textual, as `bookshift.wire` does and under the same condition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual._context import visible_screen_stack
from textual.screen import Screen, ScreenResultType
from textual.widget import _RenderCache

from bookshift.wire import tested

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.filter import LineFilter
    from textual.geometry import Size


class PaintedOnce(Screen[ScreenResultType]):
    """A screen that draws once after a layout; where it is transparent, the lines below are used again."""

    _arranging = False
    _unpainted = False
    _takes_over = False

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Nothing for lines that have been through the filters as those of the screen below."""
        return () if self._takes_over else super().get_line_filters()

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:  # noqa: FBT001, FBT002 - as in Textual
        self._arranging = tested()
        try:
            super()._refresh_layout(size, scroll)
        finally:
            self._arranging = False

    def _compositor_refresh(self) -> None:
        if self._arranging or (self.app._batch_count and tested()):  # noqa: SLF001
            self._unpainted = True
            self._update_timer.resume()
        else:
            self._unpainted = False
            super()._compositor_refresh()

    def _on_timer_update(self) -> None:
        super()._on_timer_update()
        if not self._unpainted:
            return
        if self.app._batch_count:  # noqa: SLF001
            self._update_timer.resume()
            return
        self._update_timer.pause()
        if self.is_current:
            self._compositor_refresh()
        self._unpainted = False

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
        self._render_cache = _RenderCache(self.size, below._compositor.render_strips(self.size))  # noqa: SLF001
        self._dirty_regions.clear()
