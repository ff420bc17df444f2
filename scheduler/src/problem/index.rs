//! Indices of a problem's records: where each stands in the canonical order.

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// Its position, for arrays that run beside the problem's own.
            pub fn at(self) -> usize {
                self.0 as usize
            }

            /// The index of a position.
            pub fn new(position: usize) -> Self {
                $name(position as u32) // a problem holds far fewer than 2^32 records: the builder sees to it
            }
        }
    };
}

index!(
    /// A region of a problem; regions are numbered in the byte order of their ids.
    RegionIx
);
index!(
    /// A municipality of a problem; numbered in the byte order of their ids.
    MunicipalityIx
);
index!(
    /// A track of a problem; numbered in the byte order of their ids.
    TrackIx
);
index!(
    /// A network of a problem; numbered in the byte order of their ids.
    NetworkIx
);
index!(
    /// An enrolment of a problem; numbered in the byte order of their ids.
    EnrolmentIx
);
index!(
    /// A round of a problem; numbered by date.
    RoundIx
);
index!(
    /// A gathering of a problem; numbered in the byte order of their ids.
    GatheringIx
);
index!(
    /// A place of a gathering; numbered in the byte order of their ids.
    PlaceIx
);
index!(
    /// A value of an attribute; numbered in the byte order of attribute and value.
    ValueIx
);
