//! `/aidant/habilitations`: where the aidant stands in each organisation, and what is missing before she may act.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::habilitation::Standing;
use crate::http::actor::Aidant;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::own_habilitations;
use crate::web::aidant::refused;
use crate::web::badges::Badge;
use crate::web::referent::member::Facts;
use crate::web::referent::told::Notice;
use crate::web::referent::told::Told;

struct Place {
    id: String,
    name: String,
    badge: Badge,
    facts: Facts,
    words: String,
    sign: Option<String>,
    current: bool,
}

#[derive(Template)]
#[template(path = "web/aidant/habilitations.html")]
struct HabilitationsPage {
    page: Page,
    notice: Option<Notice>,
    places: Vec<Place>,
    works: bool,
    switch: bool,
}

/// `GET /aidant/habilitations`
pub(super) async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    Query(told): Query<Told>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let now = app.bench.now();
    let all = own_habilitations::of(&app.bench, &aidant).await.map_err(refused(&reader))?;
    let places = all.iter().enumerate().map(|(number, place)| {
        let one = &place.habilitation;
        let standing = one.standing(now);
        let may_sign = one.charter().is_none()
            && (standing == Standing::Unsigned || one.training().is_some() && standing == Standing::Awaited);
        Place {
            id: format!("structure-{}", number + 1),
            name: place.organisation.name.clone(),
            badge: Badge::step(t, &aidant.account, one, now),
            facts: Facts::of(t, one),
            words: t.get(match standing {
                Standing::InForce => "aidant-habilitation-in-force",
                Standing::Awaited => "aidant-habilitation-awaited",
                Standing::Unsigned => "aidant-habilitation-unsigned",
                Standing::Suspended => "aidant-habilitation-suspended",
                Standing::Ended => "aidant-habilitation-ended",
            }),
            sign: may_sign.then(|| format!("/aidant/charte/{}", one.id)),
            current: one.id == aidant.habilitation.id,
        }
    });
    let places: Vec<Place> = places.collect();
    let works = aidant.habilitation.standing(now) == Standing::InForce;
    let elsewhere = all.iter().any(|place| {
        place.habilitation.id != aidant.habilitation.id
            && place.habilitation.standing(now) == Standing::InForce
    });
    let view = HabilitationsPage {
        page: reader.aidant_page(&aidant).titled(t.get("nav-aidant-habilitations")).form(),
        notice: told.notice(t),
        places,
        works,
        switch: elsewhere,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}
