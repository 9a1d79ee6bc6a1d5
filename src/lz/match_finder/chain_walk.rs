//! Walking along a chain, and collecting the candidates on the way.

#![forbid(unsafe_code)]

use super::chain_cache::{ChainCache, STRETCHES};
use super::params::Params;

/// Candidates that are collected before they are compared.
pub(super) const COLLECTED_MAX: usize = 48;

/// Distances to the first candidates of a chain, the nearest first.
pub(super) struct Distances {
    all: [u32; COLLECTED_MAX],
    count: usize,
}

impl Distances {
    pub(super) const EMPTY: Distances = Distances { all: [0; COLLECTED_MAX], count: 0 };

    /// The distances.
    #[inline(always)]
    pub(super) fn collected(&self) -> &[u32] {
        &self.all[..self.count.min(COLLECTED_MAX)]
    }
}

/// Parameters of walks.
#[derive(Clone, Copy)]
pub(super) struct WalkParams {
    /// Number of candidates to collect.
    pub(super) limit: usize,
    /// Number of links in the stretches of cached chains.
    pub(super) stretch: usize,
}

impl WalkParams {
    #[inline(always)]
    pub(super) fn new(params: &Params) -> WalkParams {
        let limit = COLLECTED_MAX.min(params.depth as usize);
        WalkParams { limit, stretch: limit.div_ceil(STRETCHES) }
    }
}

/// The chain of a position.
pub(super) struct Chain<'a> {
    /// For each node, the position before that has the same hash.
    pub(super) links: &'a [u32],
    pub(super) params: &'a Params,
    /// The position, and its node.
    pub(super) position: u32,
    pub(super) node: u32,
}

impl Chain<'_> {
    /// Distance to a candidate; `None` if that is the end of the chain.
    #[inline(always)]
    pub(super) fn distance_to(&self, candidate: u32) -> Option<u32> {
        let distance = self.position - candidate;
        (distance < self.params.cyclic_size).then_some(distance)
    }

    /// The candidate after the one at `distance`; out of reach at the end of the chain.
    #[inline(always)]
    pub(super) fn after(&self, distance: u32) -> u32 {
        let node = self.params.node_before(self.node, distance);
        self.links.get(node as usize).copied().unwrap_or_default()
    }
}

/// A walk along a chain; if not `CACHED`, one without a cache.
pub(super) struct ChainWalk<'a, const CACHED: bool> {
    pub(super) chain: Chain<'a>,
    /// The next candidate; out of reach at the end of the chain.
    pub(super) candidate: u32,
    /// The chain's place in the cache, and the position of the chain there.
    pub(super) place: usize,
    pub(super) cached: u32,
    /// True once it has joined that chain.
    pub(super) joined: bool,
}

impl<const CACHED: bool> ChainWalk<'_, CACHED> {
    /// Distance to the next candidate; `None` at the end of the chain.
    #[inline(always)]
    pub(super) fn distance(&self) -> Option<u32> {
        self.chain.distance_to(self.candidate)
    }

    /// Goes on to the candidate after the one at `distance`.
    #[inline(always)]
    pub(super) fn advance(&mut self, distance: u32) {
        self.candidate = self.chain.after(distance);
    }

    /// Tells whether the chain goes on like the one in the cache.
    #[inline(always)]
    pub(super) fn joins(&self) -> bool {
        CACHED && self.candidate == self.cached
    }

    /// Collects candidates up to the end of the chain, or until there are as many as
    /// wanted. There are `count` before.
    #[inline(always)]
    pub(super) fn finish(
        &mut self,
        distances: &mut Distances,
        mut count: usize,
        params: WalkParams,
        cache: &ChainCache,
    ) {
        while count < params.limit {
            let Some(distance) = self.distance() else { break };
            distances.all[count] = distance;
            count += 1;
            if self.joins() {
                distances.count = count;
                self.joined = true;
                self.collect_cached(distances, params, cache);
                return;
            }
            self.advance(distance);
        }
        distances.count = count;
    }

    /// Collects the candidates of the chain in the cache, whose position was
    /// collected last.
    #[inline(never)]
    fn collect_cached(&self, distances: &mut Distances, params: WalkParams, cache: &ChainCache) {
        let ChainWalk { chain, place, .. } = self;
        let (cached, stretch) = (cache.chain(*place), params.stretch);
        let first = distances.count - 1;
        let end = (distances.count + cached.len).min(params.limit);
        let Some(collected) = distances.all.get_mut(first..end) else { return };
        let needed = collected.len().div_ceil(stretch);
        let mut stretches = cached.starts.map(|start| chain.position.wrapping_sub(start));
        for step in 0..stretch {
            for (number, distance) in stretches.iter_mut().enumerate().take(needed) {
                if let Some(collected) = collected.get_mut(number * stretch + step) {
                    *collected = *distance;
                }
                *distance = chain.position.wrapping_sub(chain.after(*distance));
            }
        }
        distances.count = end;
        // What was in reach of an earlier position may be out of reach of this one;
        // links from there mean nothing.
        if chain.distance_to(cached.last).is_none() {
            let reach = chain.params.cyclic_size;
            let in_reach = collected.iter().take_while(|distance| **distance < reach);
            distances.count = first + in_reach.count();
        }
    }

    /// Keeps the chain in the cache, with the candidates that were collected.
    #[inline(always)]
    pub(super) fn keep(&self, distances: &Distances, params: WalkParams, cache: &mut ChainCache) {
        if CACHED {
            let key = (self.place, self.chain.position);
            cache.keep(key, distances.collected(), params.stretch, self.joined);
        }
    }
}

/// Collects candidates of two chains by turns, and tells `prefetch` each pair of
/// distances, until either chain ends or joins the one in the cache, or there are as
/// many candidates as wanted. Returns how many there are of each.
#[inline(always)]
pub(super) fn walk_both<const CACHED: bool>(
    [one, other]: [&mut ChainWalk<'_, CACHED>; 2],
    [distances, other_distances]: [&mut Distances; 2],
    params: WalkParams,
    prefetch: impl Fn([u32; 2]),
) -> usize {
    for count in 0..params.limit {
        let both = (one.distance(), other.distance());
        let (Some(distance), Some(other_distance)) = both else { return count };
        if one.joins() || other.joins() {
            return count;
        }
        distances.all[count] = distance;
        other_distances.all[count] = other_distance;
        prefetch([distance, other_distance]);
        one.advance(distance);
        other.advance(other_distance);
    }
    params.limit
}
