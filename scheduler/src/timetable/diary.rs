//! On which days of the programme each enrolment takes part in a visit, and how crowded its windows are.

/// A bit a calendar day and enrolment.
#[derive(Clone, Debug)]
pub(super) struct Diary {
    span: u32,
    stride: usize,
    words: Vec<u64>,
}

impl Diary {
    pub fn new(enrolments: usize, span: u32) -> Diary {
        let stride = (span as usize).div_ceil(64).max(1);
        Diary { span, stride, words: vec![0; enrolments * stride] }
    }

    /// Whether the enrolment takes part in a visit that day.
    pub fn busy(&self, enrolment: usize, offset: u32) -> bool {
        self.bit(enrolment * self.stride, offset) == 1
    }

    pub fn set(&mut self, enrolment: usize, offset: u32, on: bool) {
        let word = &mut self.words[enrolment * self.stride + (offset / 64) as usize];
        let bit = 1 << (offset % 64);
        *word = if on { *word | bit } else { *word & !bit };
    }

    /// In how many windows of `window` days that hold this (free) day the enrolment already takes part in `most`
    /// visits or more. `window` is at most the programme.
    pub fn crowded(&self, enrolment: usize, offset: u32, window: u32, most: u32) -> u32 {
        let base = enrolment * self.stride;
        let first = (offset + 1).saturating_sub(window);
        let last = offset.min(self.span - window);
        let end = (last + window - 1).min(self.span - 1);
        if self.count(base, first, end) < most {
            return 0;
        }
        let mut inside = self.count(base, first, first + window - 1);
        let mut crowded = u32::from(inside >= most);
        for start in first..last {
            inside = inside + self.bit(base, start + window) - self.bit(base, start);
            crowded += u32::from(inside >= most);
        }
        crowded
    }

    /// The days in a run on which the enrolment takes part, ascending.
    pub fn days(&self, enrolment: usize, first: u32, last: u32) -> impl Iterator<Item = u32> + '_ {
        let base = enrolment * self.stride;
        (first..=last.min(self.span.saturating_sub(1))).filter(move |&offset| self.bit(base, offset) == 1)
    }

    fn bit(&self, base: usize, offset: u32) -> u32 {
        (self.words[base + (offset / 64) as usize] >> (offset % 64) & 1) as u32
    }

    /// Bits from `first` to `last`, inclusive.
    fn count(&self, base: usize, first: u32, last: u32) -> u32 {
        let (from, to) = ((first / 64) as usize, (last / 64) as usize);
        let head = u64::MAX << (first % 64);
        let tail = u64::MAX >> (63 - last % 64);
        if from == to {
            return (self.words[base + from] & head & tail).count_ones();
        }
        let middle: u32 = self.words[base + from + 1..base + to].iter().map(|word| word.count_ones()).sum();
        middle + (self.words[base + from] & head).count_ones() + (self.words[base + to] & tail).count_ones()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, window by window.
    fn counted(busy: &[u32], span: u32, offset: u32, window: u32, most: usize) -> u32 {
        let holds = |start: u32| (start..start + window).contains(&offset);
        let full = |start: u32| busy.iter().filter(|day| (start..start + window).contains(day)).count() >= most;
        (0..=span - window).filter(|&start| holds(start) && full(start)).count() as u32
    }

    #[test]
    fn crowded_windows_are_those_that_a_count_finds() {
        let (span, busy) = (150, [0, 3, 4, 60, 63, 64, 66, 127, 128, 149]);
        let mut diary = Diary::new(2, span);
        busy.iter().for_each(|&day| diary.set(1, day, true));
        for offset in (0..span).filter(|day| !busy.contains(day)) {
            for (window, most) in [(1, 1), (2, 1), (7, 1), (7, 2), (70, 3), (150, 10), (150, 11)] {
                let expected = counted(&busy, span, offset, window, most);
                assert_eq!(diary.crowded(1, offset, window, most as u32), expected, "{offset} {window} {most}");
            }
        }
    }
}
