//! From a set that cannot be honoured to a smallest part of it that cannot: QuickXplain (Junker, 2004), by halves.

use crate::infeasibility::Member;

/// What a test showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They can all be honoured.
    Possible,
    /// Proved: they cannot.
    Impossible,
    /// Neither was shown in the effort given.
    Unknown,
}

/// A part of `members`, known to be impossible together, of which no member can be spared; and whether that is proved: a
/// test that showed nothing leaves a member in that might be spared, and so does `enough`, after which no more is tested.
pub(super) fn shrink(
    members: &[Member],
    enough: impl Fn() -> bool,
    mut test: impl FnMut(&[Member]) -> Verdict,
) -> (Vec<Member>, bool) {
    let mut unknown = false;
    let mut ask = |members: &[Member]| {
        let verdict = if enough() { None } else { Some(test(members)) };
        unknown |= verdict.is_none_or(|verdict| verdict == Verdict::Unknown);
        verdict
    };
    let core = halves(&[], false, members, &mut ask);
    if !unknown {
        return (core, true);
    }
    let minimal = !enough()
        && (0..core.len()).all(|at| {
            let rest: Vec<Member> =
                core.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, member)| *member).collect();
            test(&rest) == Verdict::Possible
        });
    (core, minimal)
}

/// The members of `open` that are needed beside `kept`; all of them once nothing is tested any more. `news`: whether `kept`
/// has grown since it was last tested.
fn halves(
    kept: &[Member],
    news: bool,
    open: &[Member],
    ask: &mut dyn FnMut(&[Member]) -> Option<Verdict>,
) -> Vec<Member> {
    if news {
        match ask(kept) {
            Some(Verdict::Impossible) => return Vec::new(),
            None => return open.to_vec(),
            Some(_) => {}
        }
    }
    if open.len() <= 1 {
        return open.to_vec();
    }
    let (first, second) = open.split_at(open.len() / 2);
    let mut needed = halves(&[kept, first].concat(), !first.is_empty(), second, ask);
    let rest = halves(&[kept, &needed].concat(), !needed.is_empty(), first, ask);
    needed.extend(rest);
    needed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::EnrolmentIx;

    #[test]
    fn what_is_left_cannot_be_and_would_be_without_any_one() {
        let all: Vec<Member> = (0..40).map(|e| Member::Placed(EnrolmentIx(e))).collect();
        for core in [vec![3], vec![0, 39], vec![7, 8, 9, 20, 21, 33]] {
            let core: Vec<Member> = core.into_iter().map(|e| Member::Placed(EnrolmentIx(e))).collect();
            let mut asked = 0;
            let test = |some: &[Member]| {
                asked += 1;
                let all = core.iter().all(|member| some.contains(member));
                if all { Verdict::Impossible } else { Verdict::Possible }
            };
            let (mut found, minimal) = shrink(&all, || false, test);
            found.sort_unstable();
            assert_eq!((found, minimal), (core, true));
            assert!(asked < 60, "{asked} tests");
        }
    }

    #[test]
    fn once_it_is_enough_nothing_more_is_tested_and_nothing_is_called_smallest() {
        let all: Vec<Member> = (0..4_000).map(|e| Member::Placed(EnrolmentIx(e))).collect();
        let asked = std::cell::Cell::new(0);
        let test = |some: &[Member]| {
            asked.set(asked.get() + 1);
            if some.contains(&all[7]) { Verdict::Impossible } else { Verdict::Possible }
        };
        let (found, minimal) = shrink(&all, || asked.get() == 3, test);
        assert_eq!((asked.get(), minimal), (3, false));
        assert!(found.contains(&all[7]) && found.len() < all.len());
    }

    #[test]
    fn a_test_that_shows_nothing_proves_nothing() {
        let all: Vec<Member> = (0..4).map(|e| Member::Placed(EnrolmentIx(e))).collect();
        let test = |some: &[Member]| if some.len() == 4 { Verdict::Impossible } else { Verdict::Unknown };
        let (mut found, minimal) = shrink(&all, || false, test);
        found.sort_unstable();
        assert_eq!((found, minimal), (all, false));
    }
}
