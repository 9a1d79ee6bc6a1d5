//! The share of the processors that control groups leave to this process
//! (cgroups of Linux, versions 1 and 2).

#![forbid(unsafe_code)]

use super::environment::number;
use crate::cpu::sys::cancellation;
use crate::cpu::sys::process::read_file;
use core::ffi::CStr;

/// Length of the longest path that is read, in bytes, with the zero at its end.
const PATH_MAX: usize = 256;

/// Processor time that a group may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Quota {
    microseconds: u64,
    /// The period in microseconds that the time is for.
    period: u64,
}

impl Quota {
    /// Number of threads that can use it up.
    fn processors(self) -> Option<u32> {
        let processors = self.microseconds.div_ceil(self.period.max(1));
        Some(u32::try_from(processors).ok()?.max(1))
    }
}

/// Number of threads that can use up the quota of this process's group, or of a
/// group around that. `None`: there is no quota.
pub(super) fn processors() -> Option<u32> {
    // Reading files is a cancellation point.
    cancellation::without(|| {
        let mut buffer = [0; 4096];
        let groups = read_file(c"/proc/self/cgroup", &mut buffer)?;
        groups.split(|byte| *byte == b'\n').filter_map(smallest_quota).min()
    })
}

/// The smallest quota on the way from the group that a line of
/// `/proc/self/cgroup` names to the root. The path may be one outside of a
/// container, and not be there; then only the root counts.
fn smallest_quota(line: &[u8]) -> Option<u32> {
    let mut fields = line.splitn(3, |byte| *byte == b':');
    let (_, controllers, mut path) = (fields.next()?, fields.next()?, fields.next()?);
    let quota_of: fn(&[u8]) -> Option<Quota> = match controllers {
        b"" => unified_quota,
        _ if controllers.split(|byte| *byte == b',').any(|name| name == b"cpu") => cpu_quota,
        _ => return None,
    };
    let mut smallest = None::<u32>;
    loop {
        path = path.strip_suffix(b"/").unwrap_or(path);
        if let Some(quota) = quota_of(path).and_then(Quota::processors) {
            smallest = Some(smallest.map_or(quota, |least| least.min(quota)));
        }
        match path.iter().rposition(|byte| *byte == b'/') {
            Some(slash) => path = &path[..slash],
            None => return smallest,
        }
    }
}

/// Version 2: `cpu.max` has both numbers.
fn unified_quota(group: &[u8]) -> Option<Quota> {
    parse_max(read_setting(&[b"/sys/fs/cgroup", group, b"/cpu.max"], &mut [0; 64])?)
}

fn parse_max(text: &[u8]) -> Option<Quota> {
    let (microseconds, rest) = number(text)?; // else it is "max"
    let (period, _) = number(rest.strip_prefix(b" ")?)?;
    Some(Quota { microseconds, period })
}

/// Version 1: a file for each number. The quota is -1 if there is none.
fn cpu_quota(group: &[u8]) -> Option<Quota> {
    let value = |name: &[u8]| {
        let text = &mut [0; 64];
        Some(number(read_setting(&[b"/sys/fs/cgroup/cpu", group, name], text)?)?.0)
    };
    let microseconds = value(b"/cpu.cfs_quota_us")?;
    Some(Quota { microseconds, period: value(b"/cpu.cfs_period_us")? })
}

/// Reads the file whose path is `parts` one after the other.
fn read_setting<'a>(parts: &[&[u8]], buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut path = [0; PATH_MAX];
    let mut len = 0;
    for part in parts {
        path.get_mut(len..)?.get_mut(..part.len())?.copy_from_slice(part);
        len += part.len();
    }
    read_file(CStr::from_bytes_until_nul(&path).ok()?, buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_2() {
        assert_eq!(parse_max(b"max 100000\n"), None);
        let quota = parse_max(b"250000 100000\n").expect("a quota");
        assert_eq!(quota, Quota { microseconds: 250_000, period: 100_000 });
        assert_eq!(quota.processors(), Some(3));
        assert_eq!(parse_max(b"5000"), None);
    }

    #[test]
    fn parts_of_a_processor() {
        let of = |microseconds, period| Quota { microseconds, period }.processors();
        assert_eq!(of(10_000, 100_000), Some(1));
        assert_eq!(of(0, 100_000), Some(1));
        assert_eq!(of(200_000, 100_000), Some(2));
        assert_eq!(of(7, 0), Some(7));
        assert_eq!(of(u64::MAX, 1), None);
    }

    #[test]
    fn strange_lines_have_no_quota() {
        for line in [&b""[..], b"0", b"0:", b"5:memory:/", b"5:cpuset:/a", b"0::/nowhere/at/all/.."]
        {
            let _ = smallest_quota(line); // whatever the root has
        }
        assert_eq!(smallest_quota(b"5:cpuset,memory:/"), None);
        assert_eq!(smallest_quota(&[b':'; 9]), smallest_quota(b"::"));
    }

    #[test]
    fn long_paths_are_not_read() {
        assert_eq!(read_setting(&[&[b'/'; 300], b"/proc/self/cgroup"], &mut [0; 9]), None);
        assert!(read_setting(&[b"/proc", b"/self/cgroup"], &mut [0; 9]).is_some());
    }
}
