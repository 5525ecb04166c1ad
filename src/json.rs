//! A value of JSON. Its numbers stay as they were written: no float is ever read.

use json_event_parser::{JsonEvent, LowLevelJsonSerializer, SliceJsonParser};
use std::fmt;

/// How deep lists and objects may lie in each other.
const DEEPEST: usize = 64;

/// What JSON can say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Flag(bool),
    /// A number, in its digits.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// What stands in braces, in the order in which it was written.
    Object(Fields),
}

/// The fields of an object.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Fields(Vec<(String, Value)>);

impl Fields {
    /// The field of that name.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Of a key given twice, the last value counts.
    fn put(&mut self, key: String, value: Value) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key, value)),
        }
    }
}

impl Value {
    /// Reads a text that is one value, or says what is wrong with it and where.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parser = SliceJsonParser::new(text.as_bytes());
        let first = next(&mut parser)?;
        let value = Self::read(first, &mut parser, DEEPEST)?;
        // What follows the value is an error or the end.
        next(&mut parser).map(|_| value)
    }

    fn read(first: JsonEvent<'_>, parser: &mut SliceJsonParser<'_>, depth: usize) -> Result<Self, String> {
        let deeper = depth.checked_sub(1).ok_or("lists and objects lie too deep in each other");
        Ok(match first {
            JsonEvent::String(text) => Self::Text(text.into_owned()),
            JsonEvent::Number(digits) => Self::Number(digits.into_owned()),
            JsonEvent::Boolean(flag) => Self::Flag(flag),
            JsonEvent::StartArray => {
                let mut items = Vec::new();
                loop {
                    match next(parser)? {
                        JsonEvent::EndArray => break Self::List(items),
                        item => items.push(Self::read(item, parser, deeper?)?),
                    }
                }
            }
            JsonEvent::StartObject => {
                let mut fields = Fields::default();
                while let JsonEvent::ObjectKey(key) = next(parser)? {
                    let value = next(parser)?;
                    fields.put(key.into_owned(), Self::read(value, parser, deeper?)?);
                }
                Self::Object(fields)
            }
            // The parser gives an error where anything else begins a value.
            JsonEvent::Null | JsonEvent::EndArray | JsonEvent::EndObject | JsonEvent::ObjectKey(_) | JsonEvent::Eof => {
                Self::Null
            }
        })
    }

    fn write(&self, put: &mut impl FnMut(JsonEvent<'_>)) {
        match self {
            Self::Null => put(JsonEvent::Null),
            Self::Flag(flag) => put(JsonEvent::Boolean(*flag)),
            Self::Number(digits) => put(JsonEvent::Number(digits.into())),
            Self::Text(text) => put(JsonEvent::String(text.into())),
            Self::List(items) => {
                put(JsonEvent::StartArray);
                items.iter().for_each(|item| item.write(put));
                put(JsonEvent::EndArray);
            }
            Self::Object(fields) => {
                put(JsonEvent::StartObject);
                for (key, value) in fields.iter() {
                    put(JsonEvent::ObjectKey(key.into()));
                    value.write(put);
                }
                put(JsonEvent::EndObject);
            }
        }
    }
}

fn next<'a>(parser: &mut SliceJsonParser<'a>) -> Result<JsonEvent<'a>, String> {
    parser.parse_next().map_err(|error| {
        let start = error.location().start;
        format!("{} at line {} column {}", error.message(), start.line + 1, start.column + 1)
    })
}

impl fmt::Display for Value {
    /// As JSON without spaces.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut writer, mut bytes) = (LowLevelJsonSerializer::new(), Vec::new());
        self.write(&mut |event| writer.serialize_event(event, &mut bytes).expect("well-formed, into memory"));
        to.write_str(&String::from_utf8_lossy(&bytes))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number.to_string())
    }
}

impl<'a> FromIterator<(&'a str, Value)> for Value {
    fn from_iter<I: IntoIterator<Item = (&'a str, Value)>>(fields: I) -> Self {
        Self::Object(Fields(fields.into_iter().map(|(key, value)| (key.into(), value)).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_alike() {
        let text = r#"{"a":[1.50,-0,1e400,18446744073709551616],"b":{"c":null,"d":true},"e":"\"\\\n\u0001é"}"#;
        assert_eq!(Value::parse(text).unwrap().to_string(), text);
        assert_eq!(Value::parse(" [ ] ").unwrap().to_string(), "[]");
    }

    #[test]
    fn of_a_key_given_twice_the_last_value_counts() {
        let Value::Object(fields) = Value::parse(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap() else { panic!("an object") };
        assert_eq!(fields.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>(), ["a=3", "b=2"]);
        assert_eq!((fields.get("b"), fields.get("c")), (Some(&Value::from(2)), None));
    }

    #[test]
    fn what_is_no_json_is_refused_where_it_goes_wrong() {
        for text in
            ["", "{", "{]", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "01", "1 2", "nul", "\"a", "]"]
        {
            assert!(Value::parse(text).is_err(), "{text}");
        }
        let error = Value::parse("{\n  \"seed\": what\n}").unwrap_err();
        assert!(error.ends_with(" at line 2 column 11"), "{error}");
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Value::parse(&nested(DEEPEST)).is_ok());
        assert!(Value::parse(&nested(100_000)).is_err());
    }
}
