//! Disclosure: what may be said of results that nobody may see (law L8).
//!
//! One use case and one indicator at a time. A collectivité shares a result as open, pseudonymous
//! or aggregate only. The first two are figures that every member sees one by one; the third is
//! never shown, and only counts in *releases*.
//!
//! # What a release is
//!
//! The pooled figure of the aggregate-only results of one cell: inverse-variance estimate `Σwy/Σw`
//! with `w = 1/v`, its standard error `1/√Σw`, and two counts. Three sums, that is, of one
//! non-negative or signed mass per contributor: `w`, `wy` and the number of people. It is made in
//! batches at fixed moments, over a fixed lattice of cells without crossings, and never on request.
//!
//! Three things are left out on purpose.
//! - *Open results.* Everybody could subtract them. A page joins the release with the open figures
//!   of the day, as one more row, and tells nothing by doing so: no new release is needed, and none
//!   could be compared.
//! - *Spread* (`τ²`, `I²`, `Q`, a prediction interval) of hidden figures. It is a second moment:
//!   where contributors agree it brackets each of them, however many they are. Heterogeneity is
//!   computed from what is shown: the open results and the releases, taken as rows. Where these do
//!   not suffice it is unknown, and the page says so.
//! - *Random-effects weights.* They move with `τ²`, so that the same contributors, pooled again,
//!   would give another equation, and enough equations give everything. `1/v` does not move.
//!   Concentration is therefore tested on `1/v`, which is the worse case too: `w/(1 + τ²w)` is
//!   concave, hence never more concentrated than `w`.
//!
//! # Whom it holds against
//!
//! The attacker is a member. They know every release ever made with its date and cell, every open
//! or pseudonymous figure there ever was, who contributes to which cell and when, these rules, and
//! the sign and order of magnitude of everybody's masses. With the *variances* of everybody given to them too, no
//! estimate is determined; with all estimates given, no variance.
//! - An outsider who knows every hidden mass within 57 % does not get any within 10 %.
//! - A contributor, who knows their own and every other within 100 %, does not get any within 10 %.
//! - Four contributors together, who know all of theirs, get no other exactly.
//! - All this also when it is known of each correction, and of what is withdrawn and contributed
//!   again, whether it changed the figures or left them nearly the same.
//!
//! 57 % is what (1, 85) amounts to: beside the largest stays 15/85 of it, and 10 % is 57 % of that.
//! In the same way p% amounts to 100 %, and five besides the attacker to a coalition of four.
//!
//! # The rule
//!
//! Put all releases ever made side by side, and the candidate with them. Contributors that were
//! always released together, with the same figures, are a *group*: comparing releases, in whatever
//! number and manner, splits no group. So every group must be one that could be released by itself:
//! at least [`Parameters::minimum`] contributors besides the attacker, none dominant, none that
//! another could estimate. This is the rule of symmetric differences, and complementary
//! suppression, for any number of releases at once: what is added to one figure and taken from the
//! others of its group changes no release, so that much doubt remains. The rule is stricter than it
//! must be (a small group need not be told apart by sums): in doubt, withhold.
//!
//! Two kinds of contributors are protected like all, and no company for others.
//! - Whoever showed any figures on this indicator, now or ever: their others may resemble them.
//! - Whoever contributed several figures, at once, by a correction, or by withdrawing and
//!   contributing again. If a change is large, the difference of two releases is the change; if it
//!   is slight, it is no difference, and whoever left meanwhile is alone; and some may change
//!   slightly while others change much. So each figure needs the company of contributors that never
//!   had another: should some figures of one contributor be nearly the same, they move together,
//!   and the company of each takes up its own.
//!
//! A result that went into a release can only be shown later ([`may_show`]) if those it was
//! released with remain a group without it.
//!
//! # What a refusal says
//!
//! Nothing: a cell shows its last release with its date ([`Release::latest`]), whether it was
//! withheld since, for whatever reason, or not tried. [`Withheld`] is for the log of the platform.
//! Who asks to show a result of their own by itself, and is refused, learns that those it was released
//! with are too few or too concentrated without it: one bit, which asking again does not add to.
//!
//! # What it does not protect against
//!
//! - More colluding contributors than stated, or who know more than stated of the others.
//! - Knowledge of who contributes: it is assumed, and not a secret this keeps.
//! - Figures a contributor publishes elsewhere, which uncover those they were grouped with.
//! - Probing: who changes their own figures between batches, sees when a cell appears and knows
//!   the confidential thresholds learns an inequality about the largest. Batches are rare, a group
//!   once released cannot be tried again, and the reason is not told; no more is claimed.
//! - What figures say by their size: a pooled effect of exactly nothing suggests that all are.
//! - People: what fewer than eleven said of themselves is not shown by itself, which sharing demands
//!   ([`crate::evaluation::Report`]); here it is merged with at least five others.
//!
//! Its price is stillness, and that some figures count twice: what was released and is shown since stands
//! in its last release and beside it, for taking it out would tell who is in there.
//!
//! Stillness: One departure or correction holds the cell at its last release until
//! enough others of the same group have moved as well.

mod batch;
mod contribution;
mod group;
mod open;
mod parameters;
mod release;

pub use batch::{Batch, History, Question, release_all};
pub use contribution::{Cell, Contribution, Figure, SizeClass, Traits};
pub use group::{dominates, estimable};
pub use open::{Open, Shared, leave_one_out};
pub use parameters::{Concentration, Parameters};
pub use release::{Known, Member, Release, ReleasedFigures, Withheld, batch, may_show, release};
