//! A form as a browser would send it: its defaults, what one types, which button one presses.

use scraper::ElementRef;
use scraper::Html;
use url::Url;

use crate::demo::browser::csp::FormAction;
use crate::demo::browser::page::Page;
use crate::demo::browser::page::PageError;
use crate::demo::browser::page::select;
use crate::demo::browser::page::words_of;

/// How a choice is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKind {
    /// A radio button.
    Radio,
    /// A checkbox.
    Checkbox,
    /// An option of a list.
    Option,
    /// A button that sends its own name and value.
    Button,
}

/// One value that a form offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Radio, checkbox, option or button.
    pub kind: ChoiceKind,
    /// The field's name.
    pub name: String,
    /// The value that is sent.
    pub value: String,
    /// The words a reader sees beside it.
    pub label: String,
}

/// A form filled in, ready to be sent by [`crate::demo::browser::Browser::submit`].
#[derive(Clone, Debug)]
pub struct Form {
    page_url: Url,
    action: Url,
    post: bool,
    form_action: FormAction,
    referrer_policy: Option<String>,
    writable: Vec<String>,
    choices: Vec<Choice>,
    values: Vec<(String, String)>,
}

impl Form {
    pub(super) fn read(page: &Page, document: &Html, form: ElementRef<'_>) -> Self {
        let base = page.base(document);
        let action = form.attr("action").filter(|action| !action.is_empty());
        let mut read = Self {
            page_url: page.url.clone(),
            action: action.and_then(|action| base.join(action).ok()).unwrap_or_else(|| page.url.clone()),
            post: form.attr("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
            form_action: page.form_action(),
            referrer_policy: page.header("referrer-policy").map(str::to_owned),
            writable: Vec::new(),
            choices: Vec::new(),
            values: Vec::new(),
        };
        for control in controls(document, form) {
            read.add(document, control);
        }
        read
    }

    fn add(&mut self, document: &Html, control: ElementRef<'_>) {
        let Some(name) = control.attr("name").filter(|name| !name.is_empty()) else { return };
        if control.attr("disabled").is_some() {
            return;
        }
        match (control.value().name(), control.attr("type").unwrap_or("")) {
            ("button", "" | "submit") | ("input", "submit" | "image") => {
                self.offer(
                    ChoiceKind::Button,
                    name,
                    control.attr("value").unwrap_or(""),
                    button_label(control),
                );
            }
            ("button", _) | ("input", "button" | "reset" | "file") => {}
            ("input", "radio") => self.add_ticked(document, ChoiceKind::Radio, name, control),
            ("input", "checkbox") => self.add_ticked(document, ChoiceKind::Checkbox, name, control),
            ("input", kind) => {
                if kind != "hidden" {
                    self.writable.push(name.to_owned());
                }
                self.values.push((name.to_owned(), control.attr("value").unwrap_or("").to_owned()));
            }
            ("textarea", _) => {
                self.writable.push(name.to_owned());
                let text: String = control.text().collect();
                self.values.push((name.to_owned(), text.trim_start_matches('\n').to_owned()));
            }
            ("select", _) => self.add_list(name, control),
            _ => {}
        }
    }

    fn add_ticked(&mut self, document: &Html, kind: ChoiceKind, name: &str, control: ElementRef<'_>) {
        let value = control.attr("value").unwrap_or("on");
        self.offer(kind, name, value, label_of(document, control));
        if control.attr("checked").is_some() {
            self.values.push((name.to_owned(), value.to_owned()));
        }
    }

    fn add_list(&mut self, name: &str, control: ElementRef<'_>) {
        let options: Vec<ElementRef<'_>> =
            control.descendent_elements().filter(|element| element.value().name() == "option").collect();
        for option in &options {
            let words = words_of(*option);
            let value = option.attr("value").map_or_else(|| words.clone(), str::to_owned);
            self.offer(ChoiceKind::Option, name, &value, words);
        }
        let chosen =
            options.iter().find(|option| option.attr("selected").is_some()).or_else(|| options.first());
        if let Some(option) = chosen {
            let value = option.attr("value").map_or_else(|| words_of(*option), str::to_owned);
            self.values.push((name.to_owned(), value));
        }
    }

    fn offer(&mut self, kind: ChoiceKind, name: &str, value: &str, label: String) {
        self.choices.push(Choice { kind, name: name.to_owned(), value: value.to_owned(), label });
    }

    /// Fills fields in. A name given several times ticks several boxes; what was preset under that name is replaced.
    /// A field or value that the form does not offer is an error: a reader could not have entered it.
    pub fn with(mut self, fields: &[(&str, &str)]) -> Result<Self, PageError> {
        for (name, value) in fields {
            let offered: Vec<&Choice> = self.choices.iter().filter(|choice| choice.name == *name).collect();
            let writable = self.writable.iter().any(|field| field == name);
            if offered.is_empty() && !writable {
                return Err(self.no_field(name));
            }
            if !writable && offered.iter().all(|choice| choice.value != *value) {
                return Err(PageError::NoOption {
                    action: self.action.to_string(),
                    name: (*name).to_owned(),
                    value: (*value).to_owned(),
                });
            }
        }
        self.values.retain(|(kept, _)| !fields.iter().any(|(name, _)| name == kept));
        self.values.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Ok(self)
    }

    /// Replaces or adds fields whatever the form offers, as an attacker would.
    #[must_use]
    pub fn tampered(mut self, fields: &[(&str, &str)]) -> Self {
        self.values.retain(|(kept, _)| !fields.iter().any(|(name, _)| name == kept));
        self.values.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }

    /// Takes a field away, as an attacker would.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.values.retain(|(kept, _)| kept != name);
        self
    }

    /// Presses the button that sends `name` = `value`.
    pub fn press(self, name: &str, value: &str) -> Result<Self, PageError> {
        self.with(&[(name, value)])
    }

    /// Makes the choice, or presses the button, whose label holds all these words.
    pub fn choose(self, words: &[&str]) -> Result<Self, PageError> {
        let choice = self.choice_by_words(words)?;
        self.with(&[(&choice.name, &choice.value)])
    }

    /// The first radio, checkbox, option or button whose label holds all these words.
    pub fn choice_by_words(&self, words: &[&str]) -> Result<Choice, PageError> {
        self.choices
            .iter()
            .find(|choice| words.iter().all(|word| choice.label.contains(word)))
            .cloned()
            .ok_or_else(|| PageError::NoChoice {
                action: self.action.to_string(),
                words: words.iter().map(|word| (*word).to_owned()).collect(),
                labels: self
                    .choices
                    .iter()
                    .map(|choice| choice.label.as_str())
                    .collect::<Vec<_>>()
                    .join(" | "),
            })
    }

    /// Everything the form offers to choose.
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// The values as they would be sent now.
    pub fn values(&self) -> &[(String, String)] {
        &self.values
    }

    /// The value of one field as it would be sent now.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Where the form goes.
    pub fn action(&self) -> &Url {
        &self.action
    }

    /// Whether it is sent by POST.
    pub fn is_post(&self) -> bool {
        self.post
    }

    /// The page that holds it.
    pub fn page_url(&self) -> &Url {
        &self.page_url
    }

    pub(super) fn form_action(&self) -> &FormAction {
        &self.form_action
    }

    pub(super) fn referrer_policy(&self) -> Option<&str> {
        self.referrer_policy.as_deref()
    }

    fn no_field(&self, name: &str) -> PageError {
        let mut names: Vec<&str> = self.writable.iter().map(String::as_str).collect();
        names.extend(self.choices.iter().map(|choice| choice.name.as_str()));
        names.dedup();
        PageError::NoField { action: self.action.to_string(), name: name.to_owned(), names: names.join(", ") }
    }
}

/// The controls that belong to a form: those inside it, and those elsewhere that name it by `form="id"`.
fn controls<'a>(document: &'a Html, form: ElementRef<'a>) -> Vec<ElementRef<'a>> {
    let id = form.attr("id");
    select(document, "input, button, select, textarea")
        .filter(|control| match control.attr("form") {
            Some(owner) => id == Some(owner),
            None => control.ancestors().any(|ancestor| ancestor.id() == form.id()),
        })
        .collect()
}

fn button_label(control: ElementRef<'_>) -> String {
    let words = words_of(control);
    if words.is_empty() { control.attr("value").unwrap_or("").to_owned() } else { words }
}

fn label_of(document: &Html, control: ElementRef<'_>) -> String {
    let by_id = control.attr("id").and_then(|id| {
        select(document, "label[for]").find(|label| label.attr("for") == Some(id)).map(words_of)
    });
    by_id
        .or_else(|| {
            control
                .ancestors()
                .filter_map(ElementRef::wrap)
                .find(|ancestor| ancestor.value().name() == "label")
                .map(words_of)
        })
        .unwrap_or_default()
}
