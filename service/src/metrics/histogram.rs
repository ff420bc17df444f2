//! How often which size was seen.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::line;

const BOUNDS: usize = 10;

/// Counts of observations up to each of ten bounds, their number and their sum.
#[derive(Debug)]
pub struct Histogram {
    bounds: [f64; BOUNDS],
    up_to: [AtomicU64; BOUNDS],
    count: AtomicU64,
    /// In millionths: a sum of whole numbers needs no lock.
    sum: AtomicU64,
}

impl Histogram {
    /// Nothing seen yet; bounds ascend.
    pub fn new(bounds: [f64; BOUNDS]) -> Histogram {
        let zeros = || std::array::from_fn(|_| AtomicU64::new(0));
        Histogram { bounds, up_to: zeros(), count: AtomicU64::new(0), sum: AtomicU64::new(0) }
    }

    /// Counts this size; what is negative or no number counts as 0.
    pub fn see(&self, size: f64) {
        let size = size.max(0.0);
        if let Some(bound) = self.bounds.iter().position(|bound| size <= *bound) {
            self.up_to[bound].fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add((size * 1e6).round() as u64, Ordering::Relaxed);
    }

    /// Counts this time, in seconds.
    pub fn took(&self, time: Duration) {
        self.see(time.as_secs_f64());
    }

    /// Writes it, with these labels.
    pub fn write(&self, text: &mut String, name: &str, labels: &str) {
        let comma = if labels.is_empty() { "" } else { "," };
        let mut so_far = 0;
        for (bound, seen) in self.bounds.iter().zip(&self.up_to) {
            so_far += seen.load(Ordering::Relaxed);
            line(text, &format!("{name}_bucket"), &format!("{labels}{comma}le=\"{bound}\""), so_far as f64);
        }
        let count = self.count.load(Ordering::Relaxed).max(so_far); // an observation may be half noted just now
        line(text, &format!("{name}_bucket"), &format!("{labels}{comma}le=\"+Inf\""), count as f64);
        line(text, &format!("{name}_sum"), labels, self.sum.load(Ordering::Relaxed) as f64 / 1e6);
        line(text, &format!("{name}_count"), labels, count as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_all_that_is_not_above_its_bound() {
        let histogram = Histogram::new([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]);
        [0.5, 2.0, 11.0, f64::NAN].into_iter().for_each(|size| histogram.see(size));
        let mut text = String::new();
        histogram.write(&mut text, "x", "a=\"b\"");
        for line in [
            "x_bucket{a=\"b\",le=\"1\"} 2\n",
            "x_bucket{a=\"b\",le=\"2\"} 3\n",
            "x_bucket{a=\"b\",le=\"10\"} 3\n",
            "x_bucket{a=\"b\",le=\"+Inf\"} 4\n",
            "x_sum{a=\"b\"} 13.5\n",
            "x_count{a=\"b\"} 4\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
