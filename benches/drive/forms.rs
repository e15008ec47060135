//! The last form of a page's `<main>` as a browser would send it: what is preset, and one choice by its words.

use crate::drive::wire::Trouble;

/// A form of the gateway's own pages.
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// What is sent, in order.
    pub fields: Vec<(String, String)>,
    choices: Vec<Choice>,
    buttons: Vec<(String, String)>,
}

struct Choice {
    name: String,
    value: String,
    words: String,
}

impl Form {
    /// Reads the last form inside `<main>`.
    ///
    /// # Errors
    /// [`Trouble::Wrong`] where there is none.
    pub fn last_in_main(html: &str) -> Result<Self, Trouble> {
        let none = || Trouble::Wrong(format!("no form on the page «{}»", title(html)));
        let main = html.find("<main").and_then(|at| html.get(at..)).ok_or_else(none)?;
        let main = main.find("</main>").and_then(|end| main.get(..end)).unwrap_or(main);
        let form = main.rfind("<form").and_then(|at| main.get(at..)).ok_or_else(none)?;
        let form = form.find("</form>").and_then(|end| form.get(..end)).unwrap_or(form);
        let (tag, mut rest) = form.split_once('>').ok_or_else(none)?;
        let action = attribute(tag, "action").ok_or_else(none)?;
        let (mut fields, mut choices) = (Vec::new(), Vec::new());
        let buttons = rest.split("<button").skip(1).filter_map(|button| button.split_once('>'));
        let buttons =
            buttons.filter_map(|(tag, _)| Some((attribute(tag, "name")?, attribute(tag, "value")?)));
        let buttons = buttons.collect();
        while let Some(at) = rest.find("<input") {
            let (tag, after) = rest.get(at..).and_then(|rest| rest.split_once('>')).ok_or_else(none)?;
            rest = after;
            let (Some(name), value) = (attribute(tag, "name"), attribute(tag, "value").unwrap_or_default())
            else {
                continue;
            };
            if matches!(attribute(tag, "type").as_deref(), Some("radio" | "checkbox")) {
                if tag.contains(" checked") {
                    fields.push((name.clone(), value.clone()));
                }
                let label = after.split_once("</label>").map_or("", |(label, _)| label);
                choices.push(Choice { name, value, words: words(label) });
            } else {
                fields.push((name, value));
            }
        }
        Ok(Self { action, fields, choices, buttons })
    }

    /// Makes the choice whose label holds all these words.
    ///
    /// # Errors
    /// [`Trouble::Wrong`] where there is none.
    pub fn choose(self, wanted: &[&str]) -> Result<Self, Trouble> {
        let fits = |choice: &Choice| wanted.iter().all(|word| choice.words.contains(word));
        self.take(&format!("{wanted:?}"), fits)
    }

    /// Presses the button that sends this.
    ///
    /// # Errors
    /// [`Trouble::Wrong`] where the form has none.
    pub fn press(mut self, name: &str, value: &str) -> Result<Self, Trouble> {
        if !self.buttons.iter().any(|(known, sent)| known == name && sent == value) {
            return Err(Trouble::Wrong(format!("no button {name} = {value} in the form to {}", self.action)));
        }
        self.fields.push((name.to_owned(), value.to_owned()));
        Ok(self)
    }

    /// Makes the choice of this value.
    ///
    /// # Errors
    /// [`Trouble::Wrong`] where the form does not offer it.
    pub fn choose_value(self, name: &str, value: &str) -> Result<Self, Trouble> {
        self.take(value, |choice| choice.name == name && choice.value == value)
    }

    fn take(mut self, what: &str, fits: impl Fn(&Choice) -> bool) -> Result<Self, Trouble> {
        let Some(found) = self.choices.iter().find(|choice| fits(choice)) else {
            let offered: Vec<&str> = self.choices.iter().map(|choice| choice.words.as_str()).collect();
            return Err(Trouble::Wrong(format!("no choice {what} among {offered:?}")));
        };
        self.fields.retain(|(name, _)| *name != found.name);
        self.fields.push((found.name.clone(), found.value.clone()));
        Ok(self)
    }
}

/// A page's title.
pub fn title(html: &str) -> String {
    let title = html.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    title.map_or_else(String::new, |(title, _)| unescaped(title))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.find(&format!(" {name}=\""))?;
    let value = tag.get(at + name.len() + 3..)?;
    value.split_once('"').map(|(value, _)| unescaped(value))
}

/// The words of a piece of HTML, its tags taken away.
fn words(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut within = false;
    for letter in html.chars() {
        match letter {
            '<' => within = true,
            '>' => within = false,
            _ if !within => words.push(letter),
            _ => {}
        }
    }
    unescaped(&words)
}

fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let pairs = [("&#38;", "&"), ("&#39;", "'"), ("&#34;", "\""), ("&#60;", "<"), ("&#62;", ">")];
    let text = pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    let named = [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    named.iter().fold(text, |text, (from, to)| text.replace(from, to))
}
