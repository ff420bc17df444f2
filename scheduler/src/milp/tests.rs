use super::*;
use crate::effort::{Effort, News, Watch};

/// A caller whose clock stands still.
struct Still(bool);

impl Watch for Still {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
    fn stopped(&self) -> bool {
        self.0
    }
    fn tell(&self, _news: News) {}
}

fn solved(model: Model, options: &Options, watch: &Still) -> Outcome {
    solve(model, options, &Budget::new(&Effort { work: Some(100_000), ..Effort::default() }, watch))
}

/// Worth 5, 4 and 3 at weights 2, 3 and 1, of which 5 fit: the first two.
fn knapsack() -> Model {
    let mut model = Model::default();
    let things: Vec<Col> = [-5.0, -4.0, -3.0].into_iter().map(|cost| model.binary(cost)).collect();
    model.row(f64::NEG_INFINITY, 5.0, things.iter().copied().zip([2.0, 3.0, 1.0]).collect());
    model
}

/// A model that takes long: market split, six rows over fifty columns.
fn hard() -> Model {
    let mut model = Model::default();
    let columns: Vec<Col> = (0..50).map(|_| model.binary(0.0)).collect();
    let mut random = 12_345_u64;
    for _ in 0..6 {
        let mut terms = Vec::new();
        for &column in &columns {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            terms.push((column, ((random >> 33) % 100) as f64));
        }
        let half = (terms.iter().map(|term| term.1).sum::<f64>() / 2.0).floor();
        let (over, under) = (model.continuous(1.0, 0.0, f64::INFINITY), model.continuous(1.0, 0.0, f64::INFINITY));
        terms.extend([(over, 1.0), (under, -1.0)]);
        model.row(half, half, terms);
    }
    model
}

#[test]
fn the_best_solution_comes_with_its_proof() {
    let outcome = solved(knapsack(), &Options::default(), &Still(false));
    assert_eq!((outcome.status, outcome.values), (Status::Optimal, vec![1.0, 1.0, 0.0]));
    assert!(outcome.objective == -9.0 && outcome.bound <= -9.0 && outcome.bound > -9.0001, "{}", outcome.bound);
}

#[test]
fn a_model_without_a_solution_is_infeasible() {
    let mut model = Model::default();
    let (x, y) = (model.binary(1.0), model.binary(1.0));
    model.row(3.0, f64::INFINITY, vec![(x, 2.0), (y, 1.0)]);
    model.at_most(1.0, [x, y]);
    assert_eq!(solved(model, &Options::default(), &Still(false)).status, Status::Infeasible);
}

#[test]
fn a_model_without_columns_is_solved() {
    assert_eq!(solved(Model::default(), &Options::default(), &Still(false)).status, Status::Optimal);
    let mut model = Model::default();
    model.row(1.0, 2.0, Vec::new());
    assert_eq!(solved(model, &Options::default(), &Still(false)).status, Status::Infeasible);
}

#[test]
fn prices_of_rows_come_with_a_continuous_model() {
    let mut model = Model::default();
    let x = model.continuous(2.0, 0.0, f64::INFINITY);
    model.row(3.0, f64::INFINITY, vec![(x, 1.0)]);
    let outcome = solved(model, &Options::default(), &Still(false));
    assert_eq!((outcome.status, outcome.duals), (Status::Optimal, vec![2.0]));
    assert!((outcome.objective - 6.0).abs() < 1e-9 && outcome.bound <= 6.0);
}

#[test]
fn whoever_stops_keeps_the_start() {
    let start = vec![1.0, 0.0, 0.0];
    let options = Options { start: Some(start.clone()), ..Options::default() };
    let mut model = Model::default();
    let things: Vec<Col> = (0..3).map(|_| model.binary(1.0)).collect();
    model.row(1.0, 3.0, things.into_iter().map(|thing| (thing, 1.0)).collect());
    let outcome = solved(model, &options, &Still(true));
    assert!(outcome.objective == 1.0, "{outcome:?}");
}

#[test]
fn a_start_that_breaks_a_row_is_not_used() {
    let options = Options { start: Some(vec![1.0, 1.0, 1.0]), ..Options::default() };
    assert_eq!(solved(knapsack(), &options, &Still(false)).objective, -9.0);
}

#[test]
fn a_limit_without_a_clock_gives_the_same_twice() {
    let options = Options { nodes: Some(50), iterations: Some(20_000), ..Options::default() };
    let run = || solved(hard(), &options, &Still(false));
    let (first, second) = (run(), run());
    assert_eq!((first.values, first.nodes), (second.values, second.nodes));
    assert_eq!((first.status, first.bound), (Status::Feasible, second.bound));
}

#[test]
fn a_stopped_caller_gets_an_answer_though_the_model_is_hard() {
    assert_eq!(solved(hard(), &Options::default(), &Still(true)).status, Status::Cancelled);
}

#[test]
fn a_linear_program_is_solved_again_with_a_new_column() {
    let watch = Still(false);
    let budget = Budget::new(&Effort { work: Some(1_000), ..Effort::default() }, &watch);
    let columns = [(5.0, vec![(0, 1.0)]), (7.0, vec![(1, 1.0)])];
    let mut program = Linear::new(&[(1.0, 1.0), (1.0, f64::INFINITY)], &columns).expect("it is sound");
    let apart = program.solve(&budget).expect("it has a best solution");
    assert_eq!((apart.objective, apart.values, apart.duals), (12.0, vec![1.0, 1.0], vec![5.0, 7.0]));
    assert!(program.column(8.0, &[(0, 1.0), (1, 1.0)]));
    let joint = program.solve(&budget).expect("it has a best solution");
    assert_eq!((joint.objective, joint.values), (8.0, vec![0.0, 0.0, 1.0]));
    assert_eq!(joint.duals.iter().sum::<f64>(), 8.0);
}

#[test]
fn a_linear_program_stops_with_its_caller() {
    let watch = Still(true);
    let budget = Budget::new(&Effort { work: Some(1_000), ..Effort::default() }, &watch);
    let columns: Vec<_> =
        (0..200).map(|at| (1.0 + at as f64, vec![(at % 50, 1.0), ((at * 7 + 1) % 50, 1.0)])).collect();
    let columns: Vec<_> = columns.into_iter().filter(|(_, terms)| terms[0].0 != terms[1].0).collect();
    let mut program = Linear::new(&[(1.0, f64::INFINITY); 50], &columns).expect("it is sound");
    assert!(program.solve(&budget).is_none());
}
