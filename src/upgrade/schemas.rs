//! What identity schemas have, as far as changes ask.

use crate::kratos::changes::condition::Feature;
use crate::kratos::identity::EXTENSION;
use crate::yaml::Node;

/// What one schema has.
#[derive(Debug, Default)]
pub(crate) struct Features {
    has: Vec<Feature>,
    verifications: usize,
    /// For each identifier whether it has a title.
    titled: Vec<bool>,
}

impl Features {
    /// Looks through a schema.
    #[must_use]
    pub(crate) fn of(root: Node<'_>) -> Features {
        let mut features = Features::default();
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            features.take(node);
            open.extend(node.items().rev());
            let is_schema = |key: &str| ![EXTENSION, "enum", "const", "default", "examples"].contains(&key);
            open.extend(node.fields().rev().filter(|field| is_schema(field.key)).map(|field| field.value));
        }
        features
    }

    /// Whether it has something.
    #[must_use]
    pub(crate) fn has(&self, feature: Feature) -> bool {
        match feature {
            Feature::TwoVerifications => self.verifications > 1,
            Feature::OneTitledIdentifier => self.titled == [true],
            _ => self.has.contains(&feature),
        }
    }

    fn take(&mut self, node: Node<'_>) {
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        let is_list = |key: &str| node.get(key).is_some_and(Node::is_sequence);
        let extension = node.get(EXTENSION);
        let word = |path: &str| extension.and_then(|keyword| keyword.find(path)).and_then(Node::as_str);
        let marked = |path: &str| extension.and_then(|keyword| keyword.find(path)).is_some_and(Node::is_true);
        let (verification, recovery) = (word("verification.via"), word("recovery.via"));
        let by_code = marked("credentials.code.identifier");
        let by_sms = by_code && word("credentials.code.via") == Some("sms");
        let facts = [
            (Feature::Reference, node.get("$ref").is_some()),
            (Feature::Enum, is_list("enum") && text("type").is_none_or(|kind| kind == "string")),
            (Feature::Code, by_code),
            (Feature::Sms, by_sms || verification == Some("sms") || recovery == Some("sms")),
            (Feature::Verification, verification.is_some()),
            (Feature::VerificationByPhone, verification == Some("phone")),
            (Feature::Recovery, recovery.is_some()),
            (Feature::EmailFormat, text("format") == Some("email")),
            (Feature::TelFormat, text("format") == Some("tel")),
        ];
        for (feature, there) in facts {
            if there && !self.has.contains(&feature) {
                self.has.push(feature);
            }
        }
        self.verifications += usize::from(verification.is_some());
        if marked("credentials.password.identifier") {
            self.titled.push(text("title").is_some_and(|title| !title.is_empty()));
        }
    }
}
