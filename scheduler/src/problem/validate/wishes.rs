//! Enrolments against the networks that they name.

use super::super::Faults;
use super::index::Index;

pub(super) fn check(index: &Index<'_>, faults: &mut Faults) {
    for (position, enrolment) in index.records.enrolments.iter().enumerate() {
        let at = format!("/enrolments/{position}");
        let mut another_track = |id: &str, pointer: String| {
            // Where its own track is not in networks, that is the fault.
            let in_networks = index.enrolment_track[position].is_none_or(|track| index.in_networks(track));
            let other = in_networks && index.network(id).is_some_and(|network| index.other_track(position, network));
            if other {
                let who = index.enrolment_called(position);
                let name = index.network(id).map_or_else(|| id.to_owned(), |network| index.network_called(network));
                let detail =
                    format!("network {name} is of another track than enrolment {who}; name one of its own track");
                faults.add(pointer, "other_track", detail);
            }
            other
        };
        for (field, list) in [("preferences", &enrolment.preferences), ("excluded", &enrolment.excluded)] {
            for (rank, id) in list.iter().flatten().enumerate() {
                another_track(id, format!("{at}/{field}/{rank}"));
            }
        }
        let Some(id) = &enrolment.fixed else { continue };
        if another_track(id, format!("{at}/fixed")) {
            continue;
        }
        let place = index.network(id).zip(index.home_region(position));
        if let Some((network, region)) = place.filter(|&(network, region)| index.closed_to(network, region)) {
            let (who, region) = (index.enrolment_called(position), index.region_called(region));
            let name = index.network_called(network);
            let detail = format!(
                "enrolment {who} is fixed to network {name}, which is not open to its region {region}; open it or fix another"
            );
            faults.add(format!("{at}/fixed"), "fixed_closed_region", detail);
        }
    }
}
