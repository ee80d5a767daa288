//! The names that `\p{…}` knows (package unicode of Go: `Categories`, `Scripts`, since Go 1.25 `CategoryAliases`).

use super::Go;

/// A Unicode group in a class: its row in the table of names, and whether it is negated and folded.
pub(super) type Group = (usize, bool, bool);

/// The rows of the names: a group, or what is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A row of the table.
    Row(usize),
    /// Every code point.
    Any,
    /// ASCII.
    Ascii,
    /// A single code point.
    One(u32),
    /// All that is assigned: a row of the table, negated.
    Not(usize),
}

/// What a name means to this Go.
///
/// Since Go 1.25 names are compared without `_`, `-`, blanks and case, but the names of scripts keep their `_`: `Old_Persian`
/// is no name any more, whatever its spelling (seen with Go 1.25.0 and 1.26.8).
pub(super) fn lookup(name: &str, go: Go) -> Option<Named> {
    if go < Go::LOOSE_NAMES {
        return match name {
            "Any" => Some(Named::Any),
            "Cn" | "LC" => None,
            _ if go < Go::UNICODE_15 && UNICODE_15.contains(&name) => None,
            _ => row(name),
        };
    }
    let name = canonical(name);
    match name.as_str() {
        "Any" => Some(Named::Any),
        "Ascii" => Some(Named::Ascii),
        "Assigned" => position("Cn").map(Named::Not),
        "Lc" => row("LC"),
        _ => row(&name).or_else(|| {
            let alias = ALIASES.iter().find(|(alias, _)| canonical(alias) == name)?;
            row(alias.1)
        }),
    }
}

fn row(name: &str) -> Option<Named> {
    match name {
        "Zl" => Some(Named::One(0x2028)),
        "Zp" => Some(Named::One(0x2029)),
        _ => position(name).map(Named::Row),
    }
}

fn position(name: &str) -> Option<usize> {
    NAMES.binary_search_by(|(known, _)| (*known).cmp(name)).ok()
}

/// How many numbers Go keeps for a group.
pub(super) fn runes((row, negated, folded): Group) -> usize {
    let counts = NAMES.get(row).map_or([0; 4], |(_, counts)| *counts);
    let [plain, not, fold, not_fold] = counts;
    usize::from(match (negated, folded) {
        (false, false) => plain,
        (true, false) => not,
        (false, true) => fold,
        (true, true) => not_fold,
    })
}

/// Upper case first, lower case after, without `_`, `-` and blanks; ASCII only.
fn canonical(name: &str) -> String {
    let mut canonical = String::with_capacity(name.len());
    for sign in name.chars().filter(|sign| !matches!(sign, '_' | '-' | ' ')) {
        let is_first = canonical.is_empty();
        canonical.push(if is_first { sign.to_ascii_uppercase() } else { sign.to_ascii_lowercase() });
    }
    canonical
}

/// Scripts that came with Unicode 14 and 15.
const UNICODE_15: [&str; 7] = ["Cypro_Minoan", "Kawi", "Nag_Mundari", "Old_Uyghur", "Tangsa", "Toto", "Vithkuqi"];

/// Long names of categories.
const ALIASES: [(&str, &str); 42] = [
    ("Cased_Letter", "LC"),
    ("Close_Punctuation", "Pe"),
    ("Combining_Mark", "M"),
    ("Connector_Punctuation", "Pc"),
    ("Control", "Cc"),
    ("Currency_Symbol", "Sc"),
    ("Dash_Punctuation", "Pd"),
    ("Decimal_Number", "Nd"),
    ("Enclosing_Mark", "Me"),
    ("Final_Punctuation", "Pf"),
    ("Format", "Cf"),
    ("Initial_Punctuation", "Pi"),
    ("Letter", "L"),
    ("Letter_Number", "Nl"),
    ("Line_Separator", "Zl"),
    ("Lowercase_Letter", "Ll"),
    ("Mark", "M"),
    ("Math_Symbol", "Sm"),
    ("Modifier_Letter", "Lm"),
    ("Modifier_Symbol", "Sk"),
    ("Nonspacing_Mark", "Mn"),
    ("Number", "N"),
    ("Open_Punctuation", "Ps"),
    ("Other", "C"),
    ("Other_Letter", "Lo"),
    ("Other_Number", "No"),
    ("Other_Punctuation", "Po"),
    ("Other_Symbol", "So"),
    ("Paragraph_Separator", "Zp"),
    ("Private_Use", "Co"),
    ("Punctuation", "P"),
    ("Separator", "Z"),
    ("Space_Separator", "Zs"),
    ("Spacing_Mark", "Mc"),
    ("Surrogate", "Cs"),
    ("Symbol", "S"),
    ("Titlecase_Letter", "Lt"),
    ("Unassigned", "Cn"),
    ("Uppercase_Letter", "Lu"),
    ("cntrl", "Cc"),
    ("digit", "Nd"),
    ("punct", "P"),
];

/// Names by their bytes, with the numbers that Go keeps for `\p{…}`, `\P{…}`, and the same without case.
#[rustfmt::skip]
const NAMES: [(&str, [u16; 4]); 201] = [
    ("Adlam", [6, 8, 6, 8]), ("Ahom", [6, 8, 6, 8]), ("Anatolian_Hieroglyphs", [2, 4, 2, 4]),
    ("Arabic", [116, 118, 116, 118]), ("Armenian", [8, 10, 8, 10]), ("Avestan", [4, 6, 4, 6]),
    ("Balinese", [4, 6, 4, 6]), ("Bamum", [4, 6, 4, 6]), ("Bassa_Vah", [4, 6, 4, 6]), ("Batak", [4, 6, 4, 6]),
    ("Bengali", [28, 30, 28, 30]), ("Bhaiksuki", [8, 10, 8, 10]), ("Bopomofo", [6, 8, 6, 8]),
    ("Brahmi", [6, 8, 6, 8]), ("Braille", [2, 4, 2, 4]), ("Buginese", [4, 6, 4, 6]), ("Buhid", [2, 4, 2, 4]),
    ("C", [52, 52, 52, 52]), ("Canadian_Aboriginal", [6, 8, 6, 8]), ("Carian", [2, 4, 2, 4]),
    ("Caucasian_Albanian", [4, 6, 4, 6]), ("Cc", [4, 4, 4, 4]), ("Cf", [42, 44, 42, 44]), ("Chakma", [4, 6, 4, 6]),
    ("Cham", [8, 10, 8, 10]), ("Cherokee", [6, 8, 6, 8]), ("Chorasmian", [2, 4, 2, 4]),
    ("Cn", [1414, 1414, 1414, 1414]), ("Co", [6, 8, 6, 8]), ("Common", [346, 346, 350, 350]),
    ("Coptic", [6, 8, 6, 8]), ("Cs", [2, 4, 2, 4]), ("Cuneiform", [8, 10, 8, 10]), ("Cypriot", [12, 14, 12, 14]),
    ("Cypro_Minoan", [2, 4, 2, 4]), ("Cyrillic", [20, 22, 20, 22]), ("Deseret", [2, 4, 2, 4]),
    ("Devanagari", [10, 12, 10, 12]), ("Dives_Akuru", [16, 18, 16, 18]), ("Dogra", [2, 4, 2, 4]),
    ("Duployan", [10, 12, 10, 12]), ("Egyptian_Hieroglyphs", [2, 4, 2, 4]), ("Elbasan", [2, 4, 2, 4]),
    ("Elymaic", [2, 4, 2, 4]), ("Ethiopic", [72, 74, 72, 74]), ("Georgian", [20, 22, 20, 22]),
    ("Glagolitic", [12, 14, 12, 14]), ("Gothic", [2, 4, 2, 4]), ("Grantha", [30, 32, 30, 32]),
    ("Greek", [72, 74, 76, 78]), ("Gujarati", [28, 30, 28, 30]), ("Gunjala_Gondi", [12, 14, 12, 14]),
    ("Gurmukhi", [32, 34, 32, 34]), ("Han", [42, 44, 42, 44]), ("Hangul", [28, 30, 28, 30]),
    ("Hanifi_Rohingya", [4, 6, 4, 6]), ("Hanunoo", [2, 4, 2, 4]), ("Hatran", [6, 8, 6, 8]),
    ("Hebrew", [18, 20, 18, 20]), ("Hiragana", [12, 14, 12, 14]), ("Imperial_Aramaic", [4, 6, 4, 6]),
    ("Inherited", [58, 60, 64, 66]), ("Inscriptional_Pahlavi", [4, 6, 4, 6]),
    ("Inscriptional_Parthian", [4, 6, 4, 6]), ("Javanese", [6, 8, 6, 8]), ("Kaithi", [4, 6, 4, 6]),
    ("Kannada", [26, 28, 26, 28]), ("Katakana", [28, 30, 28, 30]), ("Kawi", [6, 8, 6, 8]), ("Kayah_Li", [4, 6, 4, 6]),
    ("Kharoshthi", [16, 18, 16, 18]), ("Khitan_Small_Script", [4, 6, 4, 6]), ("Khmer", [8, 10, 8, 10]),
    ("Khojki", [4, 6, 4, 6]), ("Khudawadi", [4, 6, 4, 6]), ("L", [1318, 1320, 1320, 1322]),
    ("LC", [286, 288, 286, 288]), ("Lao", [22, 24, 22, 24]), ("Latin", [78, 80, 78, 80]), ("Lepcha", [6, 8, 6, 8]),
    ("Limbu", [10, 12, 10, 12]), ("Linear_A", [6, 8, 6, 8]), ("Linear_B", [14, 16, 14, 16]), ("Lisu", [4, 6, 4, 6]),
    ("Ll", [1316, 1318, 284, 286]), ("Lm", [142, 144, 142, 144]), ("Lo", [1020, 1022, 1020, 1022]),
    ("Lt", [20, 22, 18, 20]), ("Lu", [1292, 1294, 352, 354]), ("Lycian", [2, 4, 2, 4]), ("Lydian", [4, 6, 4, 6]),
    ("M", [620, 622, 626, 628]), ("Mahajani", [2, 4, 2, 4]), ("Makasar", [2, 4, 2, 4]),
    ("Malayalam", [14, 16, 14, 16]), ("Mandaic", [4, 6, 4, 6]), ("Manichaean", [4, 6, 4, 6]),
    ("Marchen", [6, 8, 6, 8]), ("Masaram_Gondi", [14, 16, 14, 16]), ("Mc", [364, 366, 364, 366]),
    ("Me", [10, 12, 10, 12]), ("Medefaidrin", [2, 4, 2, 4]), ("Meetei_Mayek", [6, 8, 6, 8]),
    ("Mende_Kikakui", [4, 6, 4, 6]), ("Meroitic_Cursive", [6, 8, 6, 8]), ("Meroitic_Hieroglyphs", [2, 4, 2, 4]),
    ("Miao", [6, 8, 6, 8]), ("Mn", [692, 694, 698, 700]), ("Modi", [4, 6, 4, 6]), ("Mongolian", [12, 14, 12, 14]),
    ("Mro", [6, 8, 6, 8]), ("Multani", [10, 12, 10, 12]), ("Myanmar", [6, 8, 6, 8]), ("N", [274, 276, 274, 276]),
    ("Nabataean", [4, 6, 4, 6]), ("Nag_Mundari", [2, 4, 2, 4]), ("Nandinagari", [6, 8, 6, 8]),
    ("Nd", [128, 130, 128, 130]), ("New_Tai_Lue", [8, 10, 8, 10]), ("Newa", [4, 6, 4, 6]), ("Nko", [4, 6, 4, 6]),
    ("Nl", [24, 26, 24, 26]), ("No", [144, 146, 144, 146]), ("Nushu", [4, 6, 4, 6]),
    ("Nyiakeng_Puachue_Hmong", [8, 10, 8, 10]), ("Ogham", [2, 4, 2, 4]), ("Ol_Chiki", [2, 4, 2, 4]),
    ("Old_Hungarian", [6, 8, 6, 8]), ("Old_Italic", [4, 6, 4, 6]), ("Old_North_Arabian", [2, 4, 2, 4]),
    ("Old_Permic", [2, 4, 2, 4]), ("Old_Persian", [4, 6, 4, 6]), ("Old_Sogdian", [2, 4, 2, 4]),
    ("Old_South_Arabian", [2, 4, 2, 4]), ("Old_Turkic", [2, 4, 2, 4]), ("Old_Uyghur", [2, 4, 2, 4]),
    ("Oriya", [28, 30, 28, 30]), ("Osage", [4, 6, 4, 6]), ("Osmanya", [4, 6, 4, 6]), ("P", [382, 384, 382, 384]),
    ("Pahawh_Hmong", [10, 12, 10, 12]), ("Palmyrene", [2, 4, 2, 4]), ("Pau_Cin_Hau", [2, 4, 2, 4]),
    ("Pc", [12, 14, 12, 14]), ("Pd", [38, 40, 38, 40]), ("Pe", [152, 154, 152, 154]), ("Pf", [20, 22, 20, 22]),
    ("Phags_Pa", [2, 4, 2, 4]), ("Phoenician", [4, 6, 4, 6]), ("Pi", [22, 24, 22, 24]), ("Po", [374, 376, 374, 376]),
    ("Ps", [158, 160, 158, 160]), ("Psalter_Pahlavi", [6, 8, 6, 8]), ("Rejang", [4, 6, 4, 6]),
    ("Runic", [4, 6, 4, 6]), ("S", [464, 466, 464, 466]), ("Samaritan", [4, 6, 4, 6]), ("Saurashtra", [4, 6, 4, 6]),
    ("Sc", [42, 44, 42, 44]), ("Sharada", [2, 4, 2, 4]), ("Shavian", [2, 4, 2, 4]), ("Siddham", [4, 6, 4, 6]),
    ("SignWriting", [6, 8, 6, 8]), ("Sinhala", [26, 28, 26, 28]), ("Sk", [62, 64, 62, 64]),
    ("Sm", [128, 130, 128, 130]), ("So", [368, 370, 368, 370]), ("Sogdian", [2, 4, 2, 4]),
    ("Sora_Sompeng", [4, 6, 4, 6]), ("Soyombo", [2, 4, 2, 4]), ("Sundanese", [4, 6, 4, 6]),
    ("Syloti_Nagri", [2, 4, 2, 4]), ("Syriac", [8, 10, 8, 10]), ("Tagalog", [4, 6, 4, 6]), ("Tagbanwa", [6, 8, 6, 8]),
    ("Tai_Le", [4, 6, 4, 6]), ("Tai_Tham", [10, 12, 10, 12]), ("Tai_Viet", [4, 6, 4, 6]), ("Takri", [4, 6, 4, 6]),
    ("Tamil", [36, 38, 36, 38]), ("Tangsa", [4, 6, 4, 6]), ("Tangut", [8, 10, 8, 10]), ("Telugu", [26, 28, 26, 28]),
    ("Thaana", [2, 4, 2, 4]), ("Thai", [4, 6, 4, 6]), ("Tibetan", [14, 16, 14, 16]), ("Tifinagh", [6, 8, 6, 8]),
    ("Tirhuta", [4, 6, 4, 6]), ("Toto", [2, 4, 2, 4]), ("Ugaritic", [4, 6, 4, 6]), ("Vai", [2, 4, 2, 4]),
    ("Vithkuqi", [16, 18, 16, 18]), ("Wancho", [4, 6, 4, 6]), ("Warang_Citi", [4, 6, 4, 6]), ("Yezidi", [6, 8, 6, 8]),
    ("Yi", [4, 6, 4, 6]), ("Z", [16, 18, 16, 18]), ("Zanabazar_Square", [2, 4, 2, 4]), ("Zl", [1, 4, 1, 4]),
    ("Zp", [1, 4, 1, 4]), ("Zs", [14, 16, 14, 16]),
];
