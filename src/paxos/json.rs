//! JSON as data. Numbers stay as they are written, so no float is ever read, rounded or written.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// Deeper nesting is refused.
const MAX_DEPTH: usize = 128;

/// A value of JSON.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// As it was written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    /// Each key once, in the order of the text.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads the value that is all of `text`; else says what was expected and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { text, at: 0, depth: 0 };
        let value = parser.value().and_then(|value| match parser.peek() {
            None => Ok(value),
            Some(_) => Err("expected nothing more"),
        });
        value.map_err(|problem| {
            let before = &text.as_bytes()[..parser.at];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
            format!("{problem} at line {line} column {column}")
        })
    }

    /// What an object holds under a key.
    pub fn get<'a>(fields: &'a [(String, Self)], key: &str) -> Option<&'a Self> {
        fields.iter().find(|(other, _)| other == key).map(|(_, value)| value)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

/// Writes it in one line, without blanks.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(flag) => f.write_str(if *flag { "true" } else { "false" }),
            Self::Number(text) => f.write_str(text),
            Self::Text(text) => quote(text, f),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    f.write_char(if index == 0 { '[' } else { ',' })?;
                    item.fmt(f)?;
                }
                f.write_str(if items.is_empty() { "[]" } else { "]" })
            }
            Self::Object(fields) => {
                for (index, (key, value)) in fields.iter().enumerate() {
                    f.write_char(if index == 0 { '{' } else { ',' })?;
                    quote(key, f)?;
                    f.write_char(':')?;
                    value.fmt(f)?;
                }
                f.write_str(if fields.is_empty() { "{}" } else { "}" })
            }
        }
    }
}

fn quote(text: &str, f: &mut fmt::Formatter) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                f.write_char('\\')?;
                f.write_char(character)?;
            }
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            control if control < ' ' => write!(f, "\\u{:04x}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

struct Parser<'a> {
    text: &'a str,
    /// Always between two characters, and after a problem where it is.
    at: usize,
    depth: usize,
}

type Parsed<T> = Result<T, &'static str>;

impl Parser<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Whether the next byte is this one, which is then passed.
    fn pass(&mut self, byte: u8) -> bool {
        let here = self.byte() == Some(byte);
        self.at += usize::from(here);
        here
    }

    fn value(&mut self) -> Parsed<Json> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'"') => Ok(Json::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => {
                let rest = &self.text.as_bytes()[self.at..];
                let words = [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))];
                let found = words.into_iter().find(|(word, _)| rest.starts_with(word.as_bytes()));
                let (word, value) = found.ok_or("expected value")?;
                self.at += word.len();
                Ok(value)
            }
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Parsed<Json>) -> Parsed<Json> {
        if self.depth == MAX_DEPTH {
            return Err("too deeply nested");
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self) -> Parsed<Json> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value()?);
            self.peek();
            if self.pass(b']') {
                return Ok(Json::List(items));
            }
            if !self.pass(b',') {
                return Err("expected , or ]");
            }
        }
    }

    fn object(&mut self) -> Parsed<Json> {
        let mut fields: Vec<(String, Json)> = Vec::new();
        let mut places = BTreeMap::<String, usize>::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(fields));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err("expected a key in quotes");
            }
            let key = self.string()?;
            self.peek();
            if !self.pass(b':') {
                return Err("expected :");
            }
            let value = self.value()?;
            // Of several fields with one key the last counts.
            match places.get(&key) {
                Some(&place) => fields[place].1 = value,
                None => {
                    places.insert(key.clone(), fields.len());
                    fields.push((key, value));
                }
            }
            self.peek();
            if self.pass(b'}') {
                return Ok(Json::Object(fields));
            }
            if !self.pass(b',') {
                return Err("expected , or }");
            }
        }
    }

    fn number(&mut self) -> Parsed<Json> {
        let start = self.at;
        self.pass(b'-');
        if !self.pass(b'0') {
            self.digits()?;
        }
        if self.pass(b'.') {
            self.digits()?;
        }
        if self.pass(b'e') || self.pass(b'E') {
            _ = self.pass(b'+') || self.pass(b'-');
            self.digits()?;
        }
        Ok(Json::Number(self.text[start..self.at].into()))
    }

    fn digits(&mut self) -> Parsed<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at == start { Err("expected a digit") } else { Ok(()) }
    }

    fn string(&mut self) -> Parsed<String> {
        self.at += 1;
        let mut string = String::new();
        loop {
            let start = self.at;
            while !matches!(self.byte(), None | Some(b'"' | b'\\' | 0..=31)) {
                self.at += 1;
            }
            string += &self.text[start..self.at];
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => {
                    self.at += 1;
                    string.push(self.escaped()?);
                }
                None => return Err("expected \""),
                Some(_) => return Err("expected no control character"),
            }
        }
    }

    fn escaped(&mut self) -> Parsed<char> {
        const UNKNOWN: &str = "expected an escape that JSON knows";
        let character = match self.byte() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                let high = self.hex()?;
                // What lies beyond sixteen bits is written as two.
                let code = match high {
                    0xd800..0xdc00 if self.pass(b'\\') && self.pass(b'u') => match self.hex()? {
                        low @ 0xdc00..0xe000 => 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00),
                        _ => return Err(UNKNOWN),
                    },
                    code => code,
                };
                return char::from_u32(code).ok_or(UNKNOWN);
            }
            _ => return Err(UNKNOWN),
        };
        self.at += 1;
        Ok(character)
    }

    /// Four hexadecimal digits.
    fn hex(&mut self) -> Parsed<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            code = code * 16 + digit.ok_or("expected four hexadecimal digits")?;
            self.at += 1;
        }
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Both readers refuse the text, or they read the same from it.
    fn agrees(text: &str) {
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text);
        match (Json::parse(text), read(text)) {
            (Ok(ours), Ok(theirs)) => assert_eq!(read(&ours.to_string()).unwrap(), theirs, "{text}"),
            (Err(_), Err(_)) => {}
            // Only the other one reads floats.
            (Ok(_), Err(problem)) if problem.to_string().starts_with("number out of range") => {}
            (ours, theirs) => panic!("{text}: {ours:?} {theirs:?}"),
        }
    }

    #[test]
    fn it_is_json_as_others_read_it() {
        let texts = [
            "",
            " ",
            "null",
            " true ",
            "false",
            "nul",
            "truth",
            "1",
            "-1",
            "-0",
            "01",
            "-",
            "1.",
            ".5",
            "1.5",
            "1e5",
            "1E+5",
            "1e-5",
            "1e",
            "+1",
            "\"\"",
            "\"a",
            "\"\\n\\\"\\\\\\/\\b\\f\\r\\t\"",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\ude00\"",
            "\"\\ud83d\\u0041\"",
            "\"\\u12\"",
            "\"\\x\"",
            "\"\n\"",
            "\"é😀\"",
            "[]",
            "[ ]",
            "[1]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1, [2, {}]]",
            "[",
            "]",
            "{}",
            "{ }",
            "{\"a\":1}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" : 1 , \"b\" : [ ] }",
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"b\":2,\"a\":3}",
            "{\"a\"}",
            "{\"a\":}",
            "{",
            "1 1",
            "{} x",
            "\u{feff}1",
            "nullx",
            "[null,true,false,\"x\",-1.5]",
            "\u{7f}",
            "\"\u{7f}\"",
        ];
        texts.iter().for_each(|text| agrees(text));
        agrees(&format!("{}{}", "[".repeat(127), "]".repeat(127)));
        agrees(&"[".repeat(100_000));
    }

    #[test]
    fn numbers_stay_as_they_are_written() {
        for text in ["0.10", "1e400", "123456789012345678901234567890"] {
            assert_eq!(Json::parse(text), Ok(Json::Number(text.into())));
        }
    }

    #[test]
    fn a_problem_names_its_place() {
        for (text, problem) in [
            ("", "expected value at line 1 column 1"),
            ("{\n  \"a\": x\n}", "expected value at line 2 column 8"),
            ("{\"é\"\n 1}", "expected : at line 2 column 2"),
        ] {
            assert_eq!(Json::parse(text), Err(problem.into()));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_others_read_it(text in r#"[\[\]{},:"\\ a1nu0.\-eE]{0,12}"#) {
            agrees(&text);
        }

        #[test]
        fn what_is_written_is_read_again(text in any::<String>()) {
            let json = Json::Object(vec![(text.clone(), Json::List(vec![Json::Text(text), Json::Null]))]);
            prop_assert_eq!(Json::parse(&json.to_string()), Ok(json));
        }
    }
}
