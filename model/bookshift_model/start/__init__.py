"""The start engine: a good plan and a bound on all plans, before HiGHS has read the model.

Every plan's points are `bound + Σ_i slack_i + Σ_qj h_qj(load_qj)`, plus what plan and group terms cost beyond
their share of the bound: `slack_i ≥ 0` is what the pair of unit i costs at prices y beyond its cheapest, and
`h_qj ≥ 0` how far book j is from where the prices want it. To make these sums small is to close the gap:

1. `bound`, `ascent`: prices of every quantity in every book. Any give a bound; the ascent finds high ones.
2. `construct`: units one by one, those with most to lose first, where slack and h grow least.
3. `anneal`: moves, swaps and cycles among near ties, the pairs with little slack.
4. `split`: the best way to split the near ties of two books between them, two books after the other.
5. `refill`, where there are many pairs: books that cost most are filled anew, with room made around them.

`core`, `tariff` and `groups` hold the problem as arrays; `look` is a problem under prices, which every step
of the search reads; `kept` is what need not be made again after an edit; `engine` is what others call. The
loops are compiled by numba, once for each machine (`compiling`, `warmup`); what happens once a round is
numpy.
"""
