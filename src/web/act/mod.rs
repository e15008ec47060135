//! During an administration's login: for whom, for what.

mod pages;

pub(super) use self::pages::advice_key;

use std::str::FromStr;

use axum::Router;
use axum::extract::Path;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::routing::post;

use crate::domain::act::Act;
use crate::domain::act::ActLife;
use crate::domain::act::KeptChoice;
use crate::domain::client::Client;
use crate::domain::decision::Reason;
use crate::domain::ids::ActId;
use crate::domain::ids::PersonId;
use crate::domain::theme::Theme;
use crate::http::actor::Aidant;
use crate::http::error_page::Trouble;
use crate::http::errors::second_factor_path;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::AidantSession;
use crate::http::state::App;
use crate::operations::act_choices::Choices;
use crate::operations::act_choices::act_choices;
use crate::operations::act_choices::may_work;
use crate::operations::act_choices::person_of;
use crate::operations::actors::AidantActor;
use crate::operations::begin_act::choice_of_browser;
use crate::operations::begin_act::keep_choice;
use crate::operations::open_act::Chosen;
use crate::operations::open_act::Opening;
use crate::operations::open_act::factor_is_fresh;
use crate::operations::open_act::leave_act;
use crate::operations::open_act::open_act;
use crate::operations::open_act::refuse_barred;
use crate::operations::open_act::refuse_unusable;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new().route("/acte/{id}", get(show).post(choose)).route("/acte/{id}/quitter", post(leave))
}

/// One request to the choice page.
struct Visit<'a> {
    app: &'a App,
    reader: &'a Reader,
    aidant: &'a AidantActor,
    act: Act,
    client: Client,
    browser: [u8; 32],
}

fn answer(reader: &Reader, done: Result<Response, Refusal>) -> Response {
    done.unwrap_or_else(|refusal| reader.refuse(Space::Aidant, refusal))
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    session: AidantSession,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let step_back = query.as_deref() == Some("etape=personne");
    let shown = async {
        let visit = Visit::new(&app, &reader, &session, &aidant, &id).await?;
        visit.show(step_back).await
    };
    answer(&reader, shown.await)
}

async fn choose(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    session: AidantSession,
    Path(id): Path<String>,
    form: Result<FormFields, BadForm>,
) -> Response {
    let Ok(form) = form else { return reader.trouble(Space::Aidant, Trouble::BadRequest) };
    let (Ok(person), Ok(theme)) = (form.one("person"), form.one("theme")) else {
        return reader.trouble(Space::Aidant, Trouble::BadRequest);
    };
    let chosen = async {
        let visit = Visit::new(&app, &reader, &session, &aidant, &id).await?;
        visit.choose(person, theme).await
    };
    answer(&reader, chosen.await)
}

/// Back to the administration without acting; the choice stays open until its time is over.
async fn leave(
    State(app): State<App>,
    reader: Reader,
    Aidant(_): Aidant,
    session: AidantSession,
    Path(id): Path<String>,
) -> Response {
    let left = async {
        let id = ActId::from_str(&id).map_err(|_| Refusal::NotFound)?;
        let back = leave_act(&app.bench, id, &session.browser_hash().await?).await?;
        Ok(respond::see_other(&back))
    };
    answer(&reader, left.await)
}

impl<'a> Visit<'a> {
    async fn new(
        app: &'a App,
        reader: &'a Reader,
        session: &'a AidantSession,
        aidant: &'a AidantActor,
        id: &str,
    ) -> Result<Self, Refusal> {
        let id = ActId::from_str(id).map_err(|_| Refusal::NotFound)?;
        let browser = session.browser_hash().await?;
        let (act, client) = choice_of_browser(&app.bench, id, &browser).await?;
        Ok(Self { app, reader, aidant, act, client, browser })
    }

    fn is_choosing(&self) -> bool {
        matches!(self.act.life, ActLife::Choosing { .. }) && self.app.bench.now() <= self.act.expires_at
    }

    fn factor_is_fresh(&self) -> bool {
        factor_is_fresh(&self.app.bench, self.aidant, &self.act, self.app.bench.now())
    }

    fn path(&self) -> String {
        format!("/acte/{}", self.act.id)
    }

    fn to_second_factor(&self) -> Response {
        respond::see_other(&second_factor_path(Space::Aidant, &self.path()))
    }

    const fn kept(&self) -> Option<KeptChoice> {
        match self.act.life {
            ActLife::Choosing { kept } => kept,
            _ => None,
        }
    }

    async fn choices(&self) -> Result<Choices, Refusal> {
        act_choices(&self.app.bench, self.aidant, &self.act, &self.client, None).await
    }

    async fn choices_for(&self, person: PersonId) -> Result<Choices, Refusal> {
        act_choices(&self.app.bench, self.aidant, &self.act, &self.client, Some(person)).await
    }

    async fn show(&self, step_back: bool) -> Result<Response, Refusal> {
        if !self.is_choosing() {
            return Ok(pages::over(self, &self.choices().await?));
        }
        if self.act.request.labels_unusable {
            return self.refuse_unusable().await;
        }
        if let Err(reason) = may_work(&self.app.bench, self.aidant) {
            return self.refuse_barred(reason).await;
        }
        if !self.factor_is_fresh() {
            return Ok(self.to_second_factor());
        }
        if let Some(kept) = self.kept().filter(|_| !step_back) {
            let choices = self.choices_for(kept.person).await?;
            if let Some(person) = choices.of(kept.person) {
                return Ok(pages::themes(self, &choices, person, kept.theme, false));
            }
        }
        Ok(pages::persons(self, &self.choices().await?, false))
    }

    /// The service behind the broker asks for nothing that a mandate can cover: told and written once.
    async fn refuse_unusable(&self) -> Result<Response, Refusal> {
        let choices = self.choices().await?;
        let reference = Some(self.reader.reference.as_str());
        match refuse_unusable(&self.app.bench, self.aidant, self.act.id, &self.browser, reference).await {
            Ok(()) => {
                metrics::count(Counter::ActRefused);
                Ok(pages::unusable(self, &choices))
            }
            Err(Refusal::Conflict(_)) => Ok(pages::over(self, &choices)),
            Err(refusal) => Err(refusal),
        }
    }

    /// An aidant who may not work here is told so, and of nobody: written once.
    async fn refuse_barred(&self, reason: Reason) -> Result<Response, Refusal> {
        let choices = self.choices().await?;
        let (act, reference) = ((self.act.id, &self.browser), Some(self.reader.reference.as_str()));
        match refuse_barred(&self.app.bench, self.aidant, act, reason, reference).await {
            Ok(()) => {
                metrics::count(Counter::ActRefused);
                Ok(pages::refused(self, &choices, None, None, reason))
            }
            Err(Refusal::Conflict(_)) => Ok(pages::over(self, &choices)),
            Err(refusal) => Err(refusal),
        }
    }

    async fn choose(&self, person: Option<&str>, theme: Option<&str>) -> Result<Response, Refusal> {
        if !self.is_choosing() {
            return Ok(pages::over(self, &self.choices().await?));
        }
        if self.act.request.labels_unusable {
            return self.refuse_unusable().await;
        }
        let chosen = match (person, self.kept()) {
            (Some(handle), _) => match person_of(&self.app.bench, self.act.id, handle) {
                Some(person) => KeptChoice { person, theme: None },
                None => return self.decide(None, None).await,
            },
            (None, Some(kept)) => kept,
            (None, None) => return Ok(pages::persons(self, &self.choices().await?, true)),
        };
        if let Some(theme) = theme.and_then(Theme::parse) {
            return self.decide(Some(chosen.person), Some(theme)).await;
        }
        let choices = self.choices_for(chosen.person).await?;
        let Some(offered) = choices.of(chosen.person) else {
            return self.decide(Some(chosen.person), None).await;
        };
        if person.is_none() || theme.is_some() {
            return Ok(pages::themes(self, &choices, offered, None, true));
        }
        match keep_choice(&self.app.bench, self.act.id, chosen).await {
            Ok(()) => Ok(respond::see_other(&self.path())),
            Err(Refusal::Conflict(_)) => Ok(pages::over(self, &choices)),
            Err(refusal) => Err(refusal),
        }
    }

    async fn decide(&self, person: Option<PersonId>, theme: Option<Theme>) -> Result<Response, Refusal> {
        let reference = Some(self.reader.reference.as_str());
        let chosen = Chosen { person, theme };
        match open_act(&self.app.bench, self.aidant, &self.act, &self.browser, chosen, reference).await {
            Ok(Opening::Opened(back)) => {
                metrics::count(Counter::ActOpened);
                Ok(respond::see_other(&back))
            }
            Ok(Opening::Refused(reason)) => {
                metrics::count(Counter::ActRefused);
                let choices = match person {
                    Some(person) => self.choices_for(person).await?,
                    None => self.choices().await?,
                };
                Ok(pages::refused(self, &choices, person, theme, reason))
            }
            Err(Refusal::FactorNeeded) => {
                if let Some(person) = person {
                    keep_choice(&self.app.bench, self.act.id, KeptChoice { person, theme }).await?;
                }
                Ok(self.to_second_factor())
            }
            Err(Refusal::Conflict(_)) => Ok(pages::over(self, &self.choices().await?)),
            Err(refusal) => Err(refusal),
        }
    }
}
