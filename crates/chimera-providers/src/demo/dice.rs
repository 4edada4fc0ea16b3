/// Throws that come out the same for the same seed, on every machine and in every version.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Different words make different dice of one seed.
    pub(super) fn new(seed: u32, words: &[&str]) -> Self {
        // FNV-1a, with a byte between the words that is in no text.
        let bytes = words.iter().flat_map(|word| word.bytes().chain([0xff]));
        let hash = bytes
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(hash ^ u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number from 0 to one below `sides`, which must not be 0. (SplitMix64, and a bias nobody can notice.)
    pub(super) fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let sides = u64::try_from(sides).unwrap_or(u64::MAX);
        usize::try_from((z ^ (z >> 31)) % sides).unwrap_or(0)
    }

    /// The numbers below `count` in a thrown order.
    pub(super) fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}
