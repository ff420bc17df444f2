//! Parameters of column generation: every figure that was tuned, with its unit. What is not here is fixed by the method.
//!
//! They were tuned by hand with `make quality` (service/benches/quality.rs: cost, bound and gap over seeds, on problems of
//! 20 to 450 enrolments in one country or four); where a field was chosen for a reason of its own, it says so. "Steps" are
//! those of a [`Budget`](crate::effort::Budget).

/// A struct of parameters, each with its default beside its description.
macro_rules! parameters {
    ($(#[$of_struct:meta])* $name:ident { $($(#[$of_field:meta])* $field:ident: $type:ty = $value:expr,)* }) => {
        $(#[$of_struct])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            $($(#[$of_field])* pub $field: $type,)*
        }

        impl Default for $name {
            fn default() -> $name {
                $name { $($field: $value,)* }
            }
        }
    };
}

parameters! {
    /// All parameters, by step of the method.
    Parameters {
        /// Weight of the old duals in smoothing (Wentges 1997), from 0 to 1.
        smoothing: f64 = 0.7,
        /// Networks of a class that count for how many columns a round adds to it.
        most_alike: usize = 6,
        /// Part of the candidates, one in so many, that classes priced together may differ by.
        kind_difference: usize = 10,
        heuristic: HeuristicPricing = HeuristicPricing::default(),
        exact: ExactPricing = ExactPricing::default(),
        cuts: Separation = Separation::default(),
        ascent: DualAscent = DualAscent::default(),
        bound: LowerBound = LowerBound::default(),
        enumeration: Enumeration = Enumeration::default(),
        branch_and_cut: BranchAndCut = BranchAndCut::default(),
        primal: Primal = Primal::default(),
        diving: Diving = Diving::default(),
        with_timetable: WithTimetable = WithTimetable::default(),
    }
}

parameters! {
    /// Heuristic pricing.
    HeuristicPricing {
        /// Candidates that sets are grown from in one turn.
        starts: usize = 16,
        /// Most improvements of one set: additions, drops and swaps.
        improvements: usize = 60,
    }
}

parameters! {
    /// Exact pricing.
    ExactPricing {
        /// Sets found before the threshold begins to rise: the master likes to choose.
        free_sets: usize = 24,
        /// Subgradient steps on a whole class the first time.
        steps_new: usize = 400,
        /// Subgradient steps on a whole class that has a cost split from an earlier round.
        steps_known: usize = 120,
        /// Subgradient steps on a class whose kind has just been tuned.
        steps_of_kind: usize = 40,
        /// Subgradient steps on the sets of one first member.
        steps_first_member: usize = 60,
        /// First members that may take too long before the others are hurried: the bound will not be good.
        patience: usize = 12,
        /// Part of the steps, one in so many, that a hurried first member gets.
        hurry: u64 = 50,
        /// Subproblems side by side where sets are enumerated, before what they found is counted.
        wave: usize = 8,
        /// Cost splits kept, in cells of 4 bytes.
        split_cells: usize = 24_000_000,
        subgradient: Subgradient = Subgradient::default(),
    }
}

parameters! {
    /// The subgradient method that splits pair costs.
    Subgradient {
        /// From more steps than this on, step lengths shrink slowly.
        many_steps: usize = 100,
        /// Factor of the step length after a step that did not help, where there are many steps.
        shrink: f64 = 0.97,
        /// The same where there are few steps.
        shrink_fast: f64 = 0.9,
        /// Step length at which the method ends, as a part of the first.
        shortest: f64 = 0.03,
        /// Candidates are dropped once more than one in so many can go.
        drop_part: usize = 20,
    }
}

parameters! {
    /// Separation of subset-row cuts.
    Separation {
        /// Least violation of a cut, in columns.
        violation: f64 = 0.03,
        /// Most new cuts on one enrolment in one round: on others they show more.
        per_enrolment: usize = 4,
    }
}

parameters! {
    /// The subgradient ascent of the duals.
    DualAscent {
        rounds: usize = 400,
        /// Step length in the first round, as a part of what would close the gap.
        first_step: f64 = 1.0,
        /// Step length in the last round, likewise.
        last_step: f64 = 0.02,
        /// Weight of the round's subgradient in the direction, from 0 to 1.
        deflection: f64 = 0.3,
        /// Part of the rounds, at the end, whose duals are averaged.
        averaged: f64 = 0.3,
        /// Columns kept for each enrolment.
        columns: usize = 8,
    }
}

parameters! {
    /// The lower bound: column generation at the root.
    LowerBound {
        /// Most rounds: solutions of the restricted master.
        rounds: usize = 5_000,
        /// Columns that a round adds for each network of a class; twice as many from exact pricing.
        columns: usize = 8,
        /// Most rounds of exact pricing with smoothed duals between two solutions of the master.
        smoothed_rounds: usize = 8,
        /// Networks for each class from which on exact pricing is smoothed too: an error in a dual counts once for each.
        smoothed_alike: usize = 3,
        /// Least rise of the bound by such a round for another one, as a part of the gap.
        smoothed_rise: f64 = 0.02,
        /// Steps of exact pricing for the sets of one size with one first member, at first.
        steps: u64 = 200_000,
        /// Factor of these steps where they prove too little.
        steps_growth: u64 = 6,
        /// Steps after which there are no more of them.
        steps_most: u64 = 3_000_000,
        /// Enrolments from which on exact pricing is coarse at first.
        coarse_from: usize = 150,
        /// Reduced profit of all columns of an assignment left unpriced at first there, as a part of the cost: it takes a
        /// small part of the time and proves nearly as much.
        coarse: f64 = 0.035,
        /// Factor by which coarse pricing gets finer.
        finer: f64 = 4.0,
        /// Part of the cost from which on pricing is as fine as it gets.
        coarse_last: f64 = 0.002,
        /// Reduced profit of all columns of an assignment left unpriced in the end, as a part of the gap.
        slack: f64 = 0.01,
        /// Part of what the last round of exact pricing took that must be left for another: half a round proves nothing.
        time_for_a_round: f64 = 0.8,
        /// Most cuts that a round adds, at least.
        cuts: usize = 40,
        /// Most cuts that a round adds, for each enrolment.
        cuts_per_enrolment: f64 = 0.4,
        /// Members of a network from which on half as many cuts are added: they make pricing slow.
        cuts_large_network: usize = 10,
        /// Gap between bound and master, as a part of what is left above, at which cuts do more than columns.
        cut_gap: f64 = 0.06,
        /// Gap, as a part of the cost, that more steps of exact pricing will not close.
        hopeless_gap: f64 = 0.2,
        /// Rounds of exact pricing after which a far bound shows that columns tell nothing of the cost.
        stalled_rounds: usize = 3,
        /// Gap, as a part of the cost, from which on a bound is that far.
        stalled_gap: f64 = 0.5,
    }
}

parameters! {
    /// Enumeration of the columns in the gap.
    Enumeration {
        /// Gap, as a part of the cost, at which columns are enumerated.
        gap: f64 = 0.006,
        /// Factor by which the gap must be smaller for another try.
        gap_again: f64 = 0.7,
        /// Most columns.
        columns: usize = 200_000,
        /// Most steps for the sets of one size with one first member.
        steps: u64 = 1_000_000,
    }
}

parameters! {
    /// Branch and cut over enumerated columns.
    BranchAndCut {
        /// Nodes solved side by side, on one thread where there is one: under a work limit that must not show.
        side_by_side: usize = 2,
        /// Columns that the first master begins with, for each enrolment.
        begin: usize = 12,
        /// Most columns of one class that a round of pricing adds.
        columns: usize = 20,
        /// Most cuts that a round adds, for each enrolment.
        cuts_per_enrolment: f64 = 0.8,
        /// Part of the gap that a round of cuts must close to be of use.
        cut_progress: f64 = 0.03,
        /// Rounds of cuts of little use before branching.
        patience: usize = 2,
        /// Gap between bound and master, as a part of what is left above, at which no more columns are priced.
        close_gap: f64 = 0.005,
        /// Cost of leaving out those who must be in, in whole assignments: so dear that it does not pay to leave them out in
        /// part, and not so dear that sums leave their range.
        left_out: i64 = 4,
        /// Columns priced in the time of a step.
        columns_a_step: usize = 32,
        /// Least distance from 0 and 1 of what is branched on.
        fractional: f64 = 1e-5,
    }
}

parameters! {
    /// Primal heuristics: dives and what goes on around them.
    Primal {
        /// Most rounds of heuristic pricing before the first dive.
        rounds: usize = 40,
        /// Columns that such a round adds for each network of a class.
        columns: usize = 8,
        /// Columns that the first master begins with, for each enrolment.
        begin: usize = 8,
        /// Columns kept in the pool, for each enrolment.
        pool: usize = 24,
        /// Steps of the cooling that ends a dive into the whole track, for each enrolment.
        polish_steps: u64 = 1_500,
        /// First temperature of that cooling, as a part of the full one.
        polish_warmth: f64 = 0.1,
        /// Say of chance in which columns a dive fixes, from 0 to 1; the first dive has none.
        spread: f64 = 0.5,
        /// Dives into parts after each into the whole track.
        parts: usize = 24,
        /// Enrolments of a part, about.
        part: usize = 48,
    }
}

parameters! {
    /// One dive.
    Diving {
        /// Value from which on a column is fixed at once.
        whole: f64 = 0.99,
        /// Value down to which columns are fixed along with the largest.
        large: f64 = 0.6,
        /// Part of the open networks, one in so many, that is fixed along at most.
        along: i64 = 10,
        /// Rounds of pricing after each step.
        rounds: usize = 3,
        /// The same while somebody is left out or a network lacks members.
        rounds_short: usize = 10,
        /// Columns of one class that a round adds.
        columns: usize = 8,
    }
}

parameters! {
    /// The bound on networks and dates together.
    WithTimetable {
        /// Most rounds: solutions of the restricted master.
        rounds: usize = 2_000,
        /// Most columns enumerated at a time.
        columns: usize = 60_000,
        /// Most steps for the sets of one size with one first member.
        steps: u64 = 400_000,
        /// Factor of the enumeration's width where it was short.
        wider: f64 = 1.4,
        /// Factor of the enumeration's width where it was too long.
        narrower: f64 = 0.6,
        /// Factor of the step from the best duals after one that proved more.
        longer: f64 = 1.2,
        /// Factor of that step after one that did not.
        shorter: f64 = 0.6,
        /// Most times that the best columns of a class get a near bound in a round.
        looks: usize = 40,
        /// Columns that get one at a time.
        at_once: usize = 4,
        /// Most columns of one class that a round adds.
        added: usize = 12,
        /// Columns that the master begins with, for each enrolment.
        begin: usize = 6,
        /// Most cuts that a round adds, for each enrolment.
        cuts_per_enrolment: f64 = 0.4,
        /// Gap between bound and master, as a part of what is left above, at which cuts do more than columns.
        cut_gap: f64 = 0.02,
        /// Rounds in a row that prove next to nothing before cuts.
        patience: usize = 8,
        /// Rise of the bound that is next to nothing, as a part of the cost.
        little: f64 = 2e-5,
        /// Quick bounds worked out at a time.
        wave_quick: usize = 512,
        /// Near bounds worked out at a time, so few that time is kept.
        wave_near: usize = 32,
        /// Bounds of networks remembered at most.
        remembered: usize = 1_000_000,
    }
}
