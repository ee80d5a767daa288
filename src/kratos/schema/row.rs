//! What a row of the table of keys demands of a value.

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An object with the listed keys only.
    Object,
    /// An object with any keys; listed ones are checked.
    Open,
    /// Anything; when it is an object, an object with the listed keys only (`feature_flags` has no type).
    Flags,
    /// A list.
    List,
    /// A text.
    Text,
    /// A boolean.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Anything.
    Any,
}

/// A demand on a value. Formats and patterns: [`crate::kratos::formats`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// The object around it must have it.
    Required,
    /// One of these texts.
    Words(&'static [&'static str]),
    /// At least.
    Min(i64),
    /// At most.
    Max(i64),
    /// At least so many characters.
    MinLength(usize),
    /// At most so many characters.
    MaxLength(usize),
    /// At least so many items.
    MinItems(usize),
    /// No two items are equal.
    Unique,
    /// `null` is taken too.
    Nullable,
    /// What the loader puts in when it is missing, as JSON. Below list items and map keys it puts in nothing.
    DefaultsTo(&'static str),
    /// `uri`
    Uri,
    /// `uri-reference`
    UriReference,
    /// `email`
    Email,
    /// `hostname`
    Hostname,
    /// A duration.
    Duration,
    /// A duration of one number and unit.
    DurationSingle,
    /// A duration of which no part is 0.
    DurationNonzero,
    /// A number of bytes.
    ByteSize,
    /// Starts with `smtp://` or `smtps://`.
    SmtpUri,
    /// Starts with `http://` or `https://`.
    HttpUrl,
    /// Starts with a scheme from which Kratos loads templates.
    TemplateUri,
    /// A CORS origin.
    Origin,
    /// Host and port.
    HostPort,
    /// The body of a `web_hook`: anything, but a URI where it starts with a template scheme.
    Body,
}
