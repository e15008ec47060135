//! `/operateur/releve`: a person asked for her journal on paper, by letter or telephone.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::domain::time::Day;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::print_trail;
use crate::operations::print_trail::Asked;
use crate::operations::print_trail::Days;
use crate::operations::refusal::Refusal;
use crate::text::Language;
use crate::text::Text;
use crate::web::lines::read_day;
use crate::web::operator::Desk;
use crate::web::papers;
use crate::web::papers::Place;
use crate::web::pdf;
use crate::web::period::status;

#[derive(Clone, Debug, Default)]
struct Typed {
    person: String,
    purpose: String,
    from: String,
    to: String,
}

#[derive(Template)]
#[template(path = "web/operator/statement.html")]
struct StatementPage {
    page: Page,
    typed: Typed,
}

/// The form.
pub(super) async fn form(desk: Desk) -> Response {
    page(&desk, FormErrors::default(), Typed::default())
}

fn page(desk: &Desk, errors: FormErrors, typed: Typed) -> Response {
    let status = status(&errors);
    let view = StatementPage { page: desk.page(desk.t().get("statement-title")).with_errors(errors), typed };
    respond::html(status, &view, &view.page.csp())
}

/// The paper, in French: it goes by post.
pub(super) async fn print(
    State(app): State<App>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let one = |name: &str| desk.one(&fields, name);
    let typed =
        Typed { person: one("person")?, purpose: one("purpose")?, from: one("from")?, to: one("to")? };
    let mut wrong = FormErrors::default();
    let mut day = |field: &str, words: &str| -> Option<Day> {
        let read = read_day(words);
        if read.is_none() && !words.is_empty() {
            wrong.add(field, desk.t().get("lines-day-wrong"));
        }
        read
    };
    let days = Days { from: day("from", &typed.from), to: day("to", &typed.to) };
    if !wrong.is_empty() {
        return Ok(page(&desk, wrong, typed));
    }
    let asked = Asked { person: typed.person.clone(), purpose: typed.purpose.clone(), days };
    match print_trail::for_letter(&app.bench, &desk.operator, &asked, desk.reference()).await {
        Ok(statement) => {
            let document = papers::statement(Text::new(Language::Fr), &Place::of(&app), &statement);
            pdf::answer(document, "releve").await.map_err(|refusal| desk.refuse(refusal))
        }
        Err(Refusal::Invalid(faults)) => {
            let mut errors = FormErrors::default();
            for fault in faults {
                errors.add(fault.field, desk.t().get(fault.key));
            }
            Ok(page(&desk, errors, typed))
        }
        Err(other) => Err(desk.refuse(other)),
    }
}
