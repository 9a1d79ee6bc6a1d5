//! Prices of encoded bits, in sixteenths of a bit, by a table of logarithms.

#![forbid(unsafe_code)]

use super::{MODEL_BITS, Probability};

/// Sixteenths: fractional bits of a price.
const FRACTION_BITS: u32 = 4;
/// Probabilities that agree but for their lowest bits share a price.
const DROPPED_BITS: u32 = 4;
/// Groups of such probabilities.
const GROUPS: usize = 1 << (MODEL_BITS - DROPPED_BITS);

/// More than anything costs, and far enough from overflow to add to.
pub(crate) const INFINITY: u32 = 1 << 30;

/// The prices of a 0 for each group, then those of a 1.
static PRICES: [u8; 2 * GROUPS] = table();

/// `-log2(p)` of each group's middle by repeated squaring. The constant 15 is
/// a rounding that the encoder's decisions depend on.
const fn table() -> [u8; 2 * GROUPS] {
    let mut prices = [0; 2 * GROUPS];
    let mut group = 0;
    while group < GROUPS {
        let mut value = ((group as u32) << DROPPED_BITS) + (1 << DROPPED_BITS) / 2;
        let mut log = 0;
        let mut step = 0;
        while step < FRACTION_BITS {
            value *= value;
            log <<= 1;
            while value >= 1 << 16 {
                value >>= 1;
                log += 1;
            }
            step += 1;
        }
        let price = ((MODEL_BITS << FRACTION_BITS) - 15 - log) as u8;
        prices[group] = price;
        prices[2 * GROUPS - 1 - group] = price;
        group += 1;
    }
    prices
}

#[inline(always)]
fn group(probability: Probability) -> usize {
    usize::from(probability >> DROPPED_BITS) % GROUPS
}

/// The price of a 0.
#[inline(always)]
pub(crate) fn zero(probability: Probability) -> u32 {
    u32::from(PRICES[group(probability)])
}

/// The price of a 1.
#[inline(always)]
pub(crate) fn one(probability: Probability) -> u32 {
    u32::from(PRICES[group(probability) + GROUPS])
}

/// The prices of a 0 and of a 1.
#[inline(always)]
pub(crate) fn both(probability: Probability) -> [u8; 2] {
    let group = group(probability);
    [PRICES[group], PRICES[group + GROUPS]]
}

/// The price of `bit`, 0 or 1.
#[inline(always)]
pub(crate) fn bit(probability: Probability, bit: u32) -> u32 {
    u32::from(PRICES[group(probability) + (bit as usize & 1) * GROUPS])
}

/// The price of `count` bits without probabilities.
pub(crate) const fn direct(count: u32) -> u32 {
    count << FRACTION_BITS
}

/// The prices of the first symbols of a bit tree of `N` leaves, as many as
/// `prices` is long, on top of `base`. A node of the tree is looked at once.
pub(crate) fn tree<const N: usize>(tree: &[Probability; N], base: u32, prices: &mut [u16]) {
    let wanted = prices.len().min(N);
    let mut nodes = [[0; 2]; N];
    let mut first = 1;
    // A node's price is that of its first step plus its parent's.
    while first < N {
        // Nodes of this level that lead to a wanted symbol.
        let count = wanted.div_ceil(N / first);
        for node in (first..2 * first).take(count) {
            let above = if node == 1 { base as u16 } else { nodes[node / 2][node % 2] };
            nodes[node] = both(tree[node]).map(|price| above + u16::from(price));
        }
        first *= 2;
    }
    for (price, pair) in prices.chunks_mut(2).zip(&nodes[N / 2..]) {
        price.copy_from_slice(&pair[..price.len()]);
    }
}

/// The price of the lowest `bits` bits of `symbol` in a tree whose first step
/// is the lowest bit; `tree` begins with the root.
pub(crate) fn reverse_tree(tree: &[Probability], bits: u32, symbol: u32) -> u32 {
    let mut node = 1;
    let mut price = 0;
    for step in 0..bits {
        let bit_value = (symbol >> step) & 1;
        let probability = tree.get(node - 1).copied().unwrap_or_default();
        price += bit(probability, bit_value);
        node = node * 2 + bit_value as usize;
    }
    price
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn improbable_bits_cost_more() {
        assert_eq!((PRICES[0], PRICES[64], PRICES[127]), (128, 16, 1));
        assert!(PRICES[..GROUPS].is_sorted_by(|a, b| a >= b));
        assert!(PRICES[GROUPS..].is_sorted());
        assert_eq!((zero(1024), one(1024)), (16, 17));
    }

    #[test]
    fn tree_prices_are_sums_along_the_path() {
        let mut probabilities = [0; 64];
        for (i, p) in probabilities.iter_mut().enumerate() {
            *p = 31 + (i as u16 * 479) % 1980;
        }
        for wanted in [1, 2, 7, 40, 63, 64] {
            let mut prices = [0; 64];
            tree(&probabilities, 5, &mut prices[..wanted]);
            for (symbol, &found) in prices[..wanted].iter().enumerate() {
                let (mut node, mut price) = (1, 5);
                for step in (0..6).rev() {
                    price += bit(probabilities[node], (symbol as u32 >> step) & 1);
                    node = node * 2 + ((symbol >> step) & 1);
                }
                assert_eq!(u32::from(found), price, "symbol {symbol} of {wanted}");
            }
        }
    }
}
