//! Decimal numbers as people write them, without floats: `0.1`, `-3`, `12.50`, `1e-6`.

/// The most digits that are read; further ones are beyond every range that we have.
const DIGITS_END: u128 = 10u128.pow(24);

/// `text` times `scale`, rounded to a whole number and held within `i64`, and whether that is exact. `None` if it is
/// no number.
pub(crate) fn scaled(text: &str, scale: u64) -> Option<(i64, bool)> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i8>().ok()?),
        None => (text, 0),
    };
    let (digits, places, whole) = mantissa_of(mantissa)?;
    let (size, exact) = shift(digits.checked_mul(u128::from(scale))?, i32::from(exponent) - places);
    let held = i64::try_from(size).unwrap_or(i64::MAX);
    let exact = exact && whole && u128::from(held.unsigned_abs()) == size;
    Some((if negative { -held } else { held }, exact))
}

/// The digits of `12.50` as one number, how many of them stand behind the point, and whether all of them were read.
fn mantissa_of(text: &str) -> Option<(u128, i32, bool)> {
    let (before, behind) = text.split_once('.').unwrap_or((text, ""));
    if before.is_empty() && behind.is_empty() {
        return None;
    }
    let (mut digits, mut places, mut all) = (0u128, 0, true);
    for (index, character) in before.chars().chain(behind.chars()).enumerate() {
        let digit = u128::from(character.to_digit(10)?);
        let in_fraction = index >= before.len();
        if digits < DIGITS_END {
            digits = digits * 10 + digit;
            places += i32::from(in_fraction);
        } else {
            all &= in_fraction && digit == 0;
        }
    }
    Some((digits, places, all))
}

/// `number` times ten to the power of `by`, rounded, and whether that is exact.
fn shift(number: u128, by: i32) -> (u128, bool) {
    let power = 10u128.checked_pow(by.unsigned_abs());
    match power {
        _ if number == 0 => (0, true),
        Some(power) if by >= 0 => number.checked_mul(power).map_or((u128::MAX, false), |product| (product, true)),
        Some(power) => ((number + power / 2) / power, number.is_multiple_of(power)),
        None => (if by > 0 { u128::MAX } else { 0 }, false),
    }
}

/// `value` divided by ten to the power of `places`, without trailing zeros: `unscaled(100_000, 6)` is `0.1`.
pub(crate) fn unscaled(value: u64, places: u32) -> String {
    let unit = 10u64.pow(places);
    let text = format!("{}.{:0width$}", value / unit, value % unit, width = places as usize);
    text.trim_end_matches('0').trim_end_matches('.').into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_exactly_and_rounded_when_they_are_too_fine() {
        for (text, expected) in [
            ("0.1", Some((100_000, true))),
            (".5", Some((500_000, true))),
            ("5.", Some((5_000_000, true))),
            ("-2", Some((-2_000_000, true))),
            ("1e-6", Some((1, true))),
            ("0.1000000", Some((100_000, true))),
            ("0.1234567", Some((123_457, false))),
            ("1e127", Some((i64::MAX, false))),
            ("99999999999999999999999999999999999999999", Some((i64::MAX, false))),
            ("0.00000000000000000000000000000000000000001", Some((0, false))),
            ("", None),
            (".", None),
            ("-", None),
            ("1.2.3", None),
            ("0x10", None),
            ("inf", None),
            ("1e999", None),
        ] {
            assert_eq!(scaled(text, 1_000_000), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_written_without_trailing_zeros() {
        let texts = [0, 1, 100_000, 1_000_000, 2_500_000].map(|value| unscaled(value, 6));
        assert_eq!(texts, ["0", "0.000001", "0.1", "1", "2.5"]);
    }
}
