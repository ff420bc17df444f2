//! Networks that may not stay empty and want more members than there are municipalities that A1 lets in.

use std::collections::{BTreeMap, HashMap};

use super::super::Faults;
use super::index::Index;

pub(super) fn check(index: &Index<'_>, faults: &mut Faults) {
    let counts = municipalities(index);
    for (n, network) in index.records.networks.iter().enumerate() {
        let eligible = counts[n];
        // Where min is above max, that is the fault.
        let sound = network.min_members <= network.max_members;
        if sound && !network.may_stay_empty.unwrap_or(false) && network.min_members > eligible {
            let (name, least) = (index.network_called(n), network.min_members);
            let detail = format!(
                "network {name} needs {least} members, but only {eligible} municipalities may be in it; lower min_members, \
                 let it stay empty, or open it to more"
            );
            faults.add(format!("/networks/{n}/min_members"), "too_few_eligible", detail);
        }
    }
}

/// The enrolments of one municipality in one track.
#[derive(Default)]
struct Group {
    /// How many may go anywhere.
    free: usize,
    /// How many of those exclude a network.
    excluding: HashMap<usize, usize>,
    /// The networks that the others are fixed to.
    fixed: Vec<usize>,
}

/// How many municipalities have an enrolment that A1 lets into each network, by network. Counted once by track and
/// region, then mended for those who exclude a network or are fixed: linear in the document. Whoever cannot be read
/// counts as eligible.
pub(super) fn municipalities(index: &Index<'_>) -> Vec<i64> {
    let mut groups: BTreeMap<(usize, usize), Group> = BTreeMap::new(); // by track and municipality
    let mut unread = 0;
    for (e, enrolment) in index.records.enrolments.iter().enumerate() {
        let (Some(track), Some(home), Some(_)) = (index.enrolment_track[e], index.home[e], index.home_region(e)) else {
            unread += 1;
            continue;
        };
        let group = groups.entry((track, home)).or_default();
        match (&enrolment.fixed, index.fixed(e)) {
            (Some(_), Some(network)) => group.fixed.push(network),
            (Some(_), None) => unread += 1,
            (None, _) => {
                group.free += 1;
                index.excluded(e).into_iter().for_each(|n| *group.excluding.entry(n).or_default() += 1);
            }
        }
    }
    let mut roaming: HashMap<(usize, usize), i64> = HashMap::new(); // municipalities by track and region
    let mut mended = vec![0i64; index.records.networks.len()];
    for (&(track, home), group) in &groups {
        let Some(region) = index.region[home] else { continue };
        let open = |n: usize| index.network_track[n] == Some(track) && !index.closed_to(n, region);
        let only_fixed = |n: usize| group.free == 0 || group.excluding.get(&n) == Some(&group.free);
        if group.free > 0 {
            *roaming.entry((track, region)).or_default() += 1;
        }
        for (&n, _) in group.excluding.iter().filter(|&(&n, &count)| count == group.free && open(n)) {
            mended[n] -= 1;
        }
        let mut fixed = group.fixed.clone();
        fixed.sort_unstable();
        fixed.dedup();
        for n in fixed.into_iter().filter(|&n| open(n) && only_fixed(n)) {
            mended[n] += 1;
        }
    }
    let mut everywhere = vec![0i64; index.track_count()];
    roaming.iter().for_each(|(&(track, _), count)| everywhere[track] += count);
    let roaming_to = |n: usize| match (index.network_track[n], &index.open_to[n]) {
        (Some(track), None) => everywhere[track],
        (Some(track), Some(open)) => {
            open.iter().map(|&region| roaming.get(&(track, region)).copied().unwrap_or(0)).sum()
        }
        (None, _) => i64::MAX / 2, // a network of an unknown track: nobody can say
    };
    (0..mended.len()).map(|n| roaming_to(n) + mended[n] + unread).collect()
}
