//! A plan as one short value of a link: `1.` and then, in the letters of base64url, the interventions in postcard's
//! form with the times between them, and a checksum of four bytes.

use super::{MAX_PLAN, MAX_TIME, Names, words};
use crate::paxos::Micros;
use crate::sim::{Action, At, Intervention};
use base64ct::{Base64UrlUnpadded, Encoding};

/// The version of the form, which every plan begins with.
const VERSION: &str = "1";

/// How many bytes the checksum takes.
const CHECKSUM: usize = 4;

/// The longest text that is read at all.
const MAX_TEXT: usize = 1 << 20;

/// One intervention: the time since the one before, [`At::after`], and what happens.
type Step = (u64, u32, Action);

/// The plan as the value of `plan=`.
pub(super) fn encode(plan: &[Intervention]) -> String {
    let mut before = 0;
    let steps = plan.iter().map(|Intervention { at, action }| -> Step {
        let since = at.time.0.wrapping_sub(std::mem::replace(&mut before, at.time.0));
        (since, at.after, action.clone())
    });
    let mut bytes = postcard::to_allocvec(&steps.collect::<Vec<_>>()).expect("actions are plain data");
    bytes.extend(crc32(&bytes).to_le_bytes());
    format!("{VERSION}.{}", Base64UrlUnpadded::encode_string(&bytes))
}

/// The interventions that the value of `plan=` holds, whether or not they fit a scenario; or what is wrong with it.
/// Damage of any kind is found.
pub fn decode(text: &str) -> Result<Vec<Intervention>, String> {
    let text = text.trim();
    if text.len() > MAX_TEXT {
        return Err(format!("it is longer than {MAX_TEXT} characters"));
    }
    let Some((version, body)) = text.split_once('.') else {
        return Err("it is damaged: the version is missing".into());
    };
    if version != VERSION {
        return Err("it has a form that this version of the page does not know".into());
    }
    let damaged = |_| "it is damaged: some of it was lost or changed on the way".to_string();
    let bytes = Base64UrlUnpadded::decode_vec(body.trim_end_matches('=')).map_err(|_| damaged(()))?;
    let (bytes, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(()).map_err(damaged)?;
    if crc32(bytes) != u32::from_le_bytes(*checksum) {
        return Err(damaged(()));
    }
    decode_bytes(bytes).ok_or(()).map_err(damaged)
}

/// The interventions in `bytes`, which are what stands before the checksum. What is reserved for them grows with the
/// bytes that are there, whatever lengths they claim.
pub fn decode_bytes(bytes: &[u8]) -> Option<Vec<Intervention>> {
    let (steps, rest): (Vec<Step>, _) = postcard::take_from_bytes(bytes).ok()?;
    let mut time = 0u64;
    let plan = steps.into_iter().map(|(since, after, action)| {
        time = time.wrapping_add(since);
        Intervention { at: At { time: Micros(time), after }, action }
    });
    rest.is_empty().then(|| plan.collect())
}

/// Whether `plan` can be carried out in the scenario that `names` are of; else what is wrong with which step.
pub(super) fn check(plan: &[Intervention], names: &mut Names) -> Result<(), String> {
    if plan.len() > MAX_PLAN {
        return Err(format!("it has {} steps, and {MAX_PLAN} is the most", plan.len()));
    }
    for (index, Intervention { at, action }) in plan.iter().enumerate() {
        let step = || format!("step {}, {}", index + 1, words::write(action, names));
        if at.time > MAX_TIME {
            return Err(format!("{}: it acts at {}, later than {MAX_TIME}", step(), at.time));
        }
        names.check(action).map_err(|problem| format!("{}: {problem}", step()))?;
        names.heed(action);
    }
    Ok(())
}

/// CRC-32 as in PNG and ZIP.
fn crc32(bytes: &[u8]) -> u32 {
    // Without a branch: of one with a branch the compiler makes a table of a kilobyte.
    let step = |crc: u32, _| crc >> 1 ^ (0xEDB8_8320 & 0u32.wrapping_sub(crc & 1));
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_length_that_nothing_follows_is_refused_without_reserving_for_it() {
        for bytes in [&[0xFF, 0xFF, 0xFF, 0xFF, 0x0F][..], &[1, 0, 0, 14, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]] {
            let mut bytes = bytes.to_vec();
            bytes.extend(crc32(&bytes).to_le_bytes());
            assert!(decode(&format!("1.{}", Base64UrlUnpadded::encode_string(&bytes))).is_err());
        }
    }
}
