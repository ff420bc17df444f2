//! Where a place lies, kept so that a distance takes a square root and a few products: searches ask for millions.

use super::EARTH_RADIUS_KM;

/// A point on the unit sphere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spot(pub(crate) [f64; 3]);

/// Half a chord above which the series below is not exact enough: some 600 km.
const LONG: f64 = 0.05;
/// How near to the edge between two tenths of a km, in tenths for a detour factor of 1, a distance is worked out with
/// care: a thousand times what the quick way can be wrong by.
const EDGE: f64 = 1e-5;

impl Spot {
    /// The point at so many degrees north and east.
    pub(crate) fn of(lat: f64, lon: f64) -> Spot {
        let (lat, lon) = (lat.to_radians(), lon.to_radians());
        Spot([lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()])
    }

    /// The square of the straight line to another point, in radii: grows with the distance.
    pub(crate) fn chord2(self, other: Spot) -> f64 {
        let [x, y, z] = [0, 1, 2].map(|axis| self.0[axis] - other.0[axis]);
        x * x + y * y + z * z
    }

    /// Great-circle km times the detour factor, rounded half up to 0.1 km; `None` where that is far, or so near to the
    /// edge between two tenths that the last bits decide.
    pub(crate) fn quick_km(self, other: Spot, detour_factor: f64) -> Option<f64> {
        let half = self.chord2(other).sqrt() * 0.5;
        if half > LONG {
            return None;
        }
        let h2 = half * half;
        // The arc sine as its series; the next term is below the last bit.
        let series = 1.0
            + h2 * (1.0 / 6.0
                + h2 * (3.0 / 40.0 + h2 * (15.0 / 336.0 + h2 * (105.0 / 3456.0 + h2 * (945.0 / 42_240.0)))));
        let tenths = 20.0 * EARTH_RADIUS_KM * half * series * detour_factor + 0.5;
        let whole = tenths as i64 as f64;
        let edge = EDGE * detour_factor;
        (tenths - whole > edge && whole + 1.0 - tenths > edge).then(|| whole / 10.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::road_km;
    use super::*;

    #[test]
    fn the_quick_way_gives_the_same_bits_and_nearly_always_an_answer() {
        let mut seed = 1u64;
        let mut draw = |range: f64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 11) as f64 / (1u64 << 53) as f64 * range
        };
        let mut answers = 0;
        for round in 0..20_000 {
            let p = (draw(180.0) - 90.0, draw(360.0) - 180.0);
            let reach = if round % 2 == 0 { 0.2 } else { 4.0 };
            let q = ((p.0 + draw(reach)).min(90.0), p.1 + draw(reach));
            let detour = 1.0 + draw(1.0);
            if let Some(km) = Spot::of(p.0, p.1).quick_km(Spot::of(q.0, q.1), detour) {
                assert_eq!(km, road_km(p, q, detour), "{p:?} {q:?} {detour}");
                answers += 1;
            }
        }
        assert!(answers > 19_000, "{answers}");
    }

    #[test]
    fn far_places_and_edges_are_left_to_the_careful_way() {
        assert_eq!(Spot::of(55.0, 10.0).quick_km(Spot::of(-33.0, 151.0), 1.3), None);
        assert_eq!(Spot::of(55.0, 10.0).quick_km(Spot::of(55.0, 10.1), 1e9), None, "all is an edge");
    }
}
