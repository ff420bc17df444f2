//! What is near: places to each other, guests to places, meetings to guests. Lists are cut where there are many.

use super::state::State;
use crate::gatherings::instance::Instance;
use crate::problem::Location;

/// Places that are kept beside each place.
const PLACES: usize = 40;
/// Guests that are kept beside each place.
const GUESTS: usize = 120;
/// Meetings that are kept beside each guest.
const SLOTS: usize = 12;

/// Lists of what is near.
pub(super) struct Near {
    places: Vec<Vec<u32>>,
    guests: Vec<Vec<u32>>,
}

/// The meetings near each guest, nearest first; empty where all are.
pub(super) struct NearSlots(Vec<Vec<u32>>);

impl Near {
    pub fn new(instance: &Instance<'_>) -> Near {
        let problem = instance.problem;
        let it = problem.gathering(instance.gathering);
        let at = |place: usize| -> (f64, f64) {
            let Some(place) = instance.places[place] else { return (0.0, 0.0) };
            match it.places[place.at()].location {
                Location::Municipality(town) => (problem.municipality(town).lat, problem.municipality(town).lon),
                Location::Own(lat, lon) => (lat, lon),
            }
        };
        let places: Vec<(f64, f64)> = (0..instance.places.len()).map(at).collect();
        let home = |guest: usize| {
            let town = problem.home(instance.guests[guest].e);
            (town.lat, town.lon)
        };
        let guests: Vec<(f64, f64)> = (0..instance.guests.len()).map(home).collect();
        let (by_place, by_guest) = (Grid::new(&places), Grid::new(&guests));
        let others = |(at, &point): (usize, &(f64, f64))| {
            let found = by_place.nearest(point, PLACES + 1);
            found.into_iter().filter(|&other| other as usize != at).collect()
        };
        Near {
            places: places.iter().enumerate().map(others).collect(),
            guests: places.iter().map(|&point| by_guest.nearest(point, GUESTS)).collect(),
        }
    }

    /// Other places near one, nearest first.
    pub fn places(&self, place: usize) -> &[u32] {
        &self.places[place]
    }

    /// Guests near a place, nearest first.
    pub fn guests(&self, place: usize) -> &[u32] {
        &self.guests[place]
    }

    /// The meetings near each guest, as they are now.
    pub fn slots(&self, state: &State<'_>) -> NearSlots {
        if state.slots.len() <= SLOTS {
            return NearSlots(Vec::new());
        }
        let instance = state.instance;
        let near = |guest: usize| {
            let mut ways: Vec<(f64, u32)> =
                state.slots.iter().zip(0..).map(|(slot, at)| (instance.travel(guest, slot.place), at)).collect();
            let by_way = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
            ways.select_nth_unstable_by(SLOTS - 1, by_way);
            ways.truncate(SLOTS);
            ways.sort_by(by_way);
            ways.into_iter().map(|(_, at)| at).collect()
        };
        NearSlots((0..instance.guests.len()).map(near).collect())
    }
}

impl NearSlots {
    /// The meetings near a guest: all of so many where no list is kept.
    pub fn of(&self, guest: usize, slots: u32) -> impl Iterator<Item = u32> + '_ {
        let list = self.0.get(guest);
        let all = if list.is_some() { 0 } else { slots };
        list.into_iter().flatten().copied().chain(0..all)
    }
}

/// Points in cells of a grid, so that the nearest are found without looking at all.
struct Grid<'a> {
    points: &'a [(f64, f64)],
    low: (f64, f64),
    step: (f64, f64),
    side: usize,
    cells: Vec<Vec<u32>>,
}

impl<'a> Grid<'a> {
    fn new(points: &'a [(f64, f64)]) -> Grid<'a> {
        let side = ((points.len() as f64 / 4.0).sqrt().ceil() as usize).clamp(1, 512);
        let fold = |pick: fn(&(f64, f64)) -> f64| {
            let all = points.iter().map(pick);
            (all.clone().fold(f64::INFINITY, f64::min), all.fold(f64::NEG_INFINITY, f64::max))
        };
        let (lat, lon) = (fold(|point| point.0), fold(|point| point.1));
        let step = |(low, high): (f64, f64)| ((high - low) / side as f64).max(1e-9);
        let mut grid = Grid {
            points,
            low: (lat.0, lon.0),
            step: (step(lat), step(lon)),
            side,
            cells: vec![Vec::new(); side * side],
        };
        for (at, point) in points.iter().enumerate() {
            let (row, column) = grid.cell(*point);
            grid.cells[row * side + column].push(at as u32); // far fewer than 2^32 points
        }
        grid
    }

    fn cell(&self, point: (f64, f64)) -> (usize, usize) {
        let at = |x: f64, low: f64, step: f64| (((x - low) / step).max(0.0) as usize).min(self.side - 1);
        (at(point.0, self.low.0, self.step.0), at(point.1, self.low.1, self.step.1))
    }

    /// About so many of the nearest points, nearest first: by degrees, those of longitude shortened by the latitude.
    fn nearest(&self, point: (f64, f64), count: usize) -> Vec<u32> {
        let (row, column) = self.cell(point);
        let mut found: Vec<u32> = Vec::new();
        let mut reach = 0;
        loop {
            found.clear();
            for r in row.saturating_sub(reach)..=(row + reach).min(self.side - 1) {
                for c in column.saturating_sub(reach)..=(column + reach).min(self.side - 1) {
                    found.extend(&self.cells[r * self.side + c]);
                }
            }
            if found.len() >= count || found.len() >= self.points.len() {
                break;
            }
            reach = (reach * 2).max(1);
        }
        let shorter = point.0.to_radians().cos();
        let square = |at: u32| {
            let (lat, lon) = self.points[at as usize];
            (lat - point.0).powi(2) + ((lon - point.1) * shorter).powi(2)
        };
        found.sort_by(|&a, &b| square(a).total_cmp(&square(b)).then(a.cmp(&b)));
        found.truncate(count);
        found
    }
}
