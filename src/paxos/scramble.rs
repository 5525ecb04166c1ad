//! A hash of numbers, for whoever has to look random and be the same everywhere.

/// A bijection of 64-bit numbers in which every input bit concerns every output bit: the finaliser of SplitMix64
/// (Steele, Lea and Flood, *Fast Splittable Pseudorandom Number Generators*, 2014).
pub fn scramble(n: u64) -> u64 {
    let n = (n ^ n >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ n >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ n >> 31
}
