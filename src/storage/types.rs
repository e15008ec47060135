//! How the domain's ids, enums and instants stand in columns, on both engines.

use sqlx::Database;
use sqlx::Decode;
use sqlx::Encode;
use sqlx::Postgres;
use sqlx::Sqlite;
use sqlx::Type;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::ids;
use crate::domain::time::Instant;

/// SQLite keeps an instant as text of fixed width, so that text order is time order; PostgreSQL as `TIMESTAMPTZ`.
impl Type<Sqlite> for Instant {
    fn type_info() -> <Sqlite as Database>::TypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl Encode<'_, Sqlite> for Instant {
    fn encode_by_ref(
        &self,
        buffer: &mut <Sqlite as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        <String as Encode<'_, Sqlite>>::encode(self.to_text(), buffer)
    }
}

impl<'r> Decode<'r, Sqlite> for Instant {
    fn decode(value: <Sqlite as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = <&str as Decode<'r, Sqlite>>::decode(value)?;
        Self::parse(text).ok_or_else(|| "not an instant".into())
    }
}

impl Type<Postgres> for Instant {
    fn type_info() -> <Postgres as Database>::TypeInfo {
        <OffsetDateTime as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Instant {
    fn encode_by_ref(
        &self,
        buffer: &mut <Postgres as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.micros()) * 1_000)?;
        <OffsetDateTime as Encode<'_, Postgres>>::encode_by_ref(&moment, buffer)
    }
}

impl<'r> Decode<'r, Postgres> for Instant {
    fn decode(value: <Postgres as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let moment = <OffsetDateTime as Decode<'r, Postgres>>::decode(value)?;
        Ok(Self::from_micros(i64::try_from(moment.unix_timestamp_nanos() / 1_000)?))
    }
}

macro_rules! uuid_column {
    ($($name:ty),+ $(,)?) => {$(
        impl<DB: Database> Type<DB> for $name
        where
            Uuid: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <Uuid as Type<DB>>::type_info()
            }

            fn compatible(info: &DB::TypeInfo) -> bool {
                <Uuid as Type<DB>>::compatible(info)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            Uuid: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                self.uuid().encode_by_ref(buffer)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            Uuid: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                Uuid::decode(value).map(Self::from_uuid)
            }
        }
    )+};
}

uuid_column!(
    ids::PersonId,
    ids::AccountId,
    ids::OrganisationId,
    ids::HabilitationId,
    ids::MandateId,
    ids::EntryId,
    ids::ActId,
    ids::CaseId,
    ids::DataKeyId,
    ids::MessageId,
    ids::ContactId,
    ids::PaperCodeId,
    ids::AttestationId,
    ids::SoftwareLoginId,
    ids::RecordId,
    ids::StreamId,
    ids::SignalId,
    ids::SignId,
    ids::OrientationId,
    ids::FactorId,
    ids::ResetId,
    ids::OrganisationRequestId,
    ids::ImportId,
    ids::ReadingId,
    ids::CourtOrderId,
);

macro_rules! text_column {
    ($($name:ty),+ $(,)?) => {$(
        impl<DB: Database> Type<DB> for $name
        where
            String: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as Type<DB>>::type_info()
            }

            fn compatible(info: &DB::TypeInfo) -> bool {
                <String as Type<DB>>::compatible(info)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            String: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                <String as Encode<'q, DB>>::encode(self.as_str().to_owned(), buffer)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            String: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let text = <String as Decode<'r, DB>>::decode(value)?;
                Self::parse(&text).ok_or_else(|| format!("`{text}` is not a {}", stringify!($name)).into())
            }
        }
    )+};
}

text_column!(
    crate::domain::account::AccountStatus,
    crate::domain::account::Role,
    crate::domain::account::SecondFactor,
    crate::domain::act::ActStatus,
    crate::domain::asking::DraftEnd,
    crate::domain::case::CaseOutcome,
    crate::domain::case::CaseStatus,
    crate::domain::case::CaseStep,
    crate::domain::client::ClientStatus,
    crate::domain::factor::CardState,
    crate::domain::factor::FactorEnd,
    crate::domain::factor::FactorKind,
    crate::domain::factor::FactorState,
    crate::domain::factor::LinkPurpose,
    crate::domain::factor::ResetState,
    crate::domain::contact::ContactKind,
    crate::domain::contact::ContactSource,
    crate::domain::contact::ContactState,
    crate::domain::contact::Delivery,
    crate::domain::contact::Topic,
    crate::domain::habilitation::HabilitationStatus,
    crate::domain::habilitation::SuspendedBy,
    ids::ClientId,
    crate::domain::mandate::Channel,
    crate::domain::mandate::ConsentMethod,
    crate::domain::mandate::EndedBy,
    crate::domain::mandate::HoldCause,
    crate::domain::mandate::MandateDuration,
    crate::domain::mandate::MandateStatus,
    crate::domain::import::ImportKind,
    crate::domain::import::ImportState,
    crate::domain::message::MessageLanguage,
    crate::domain::organisation::OrganisationStatus,
    crate::domain::organisation::ReferentKind,
    crate::domain::organisation_profile::OrganisationKind,
    crate::domain::organisation_request::RequestState,
    crate::domain::person::ConsentGrade,
    crate::domain::person::Identification,
    crate::domain::reading::ReadingStatus,
    crate::domain::status::StatusValue,
    crate::domain::software::LoginStatus,
    crate::domain::sign::SignKind,
    crate::domain::sign::SignStatus,
    crate::domain::signal::DeliveryMethod,
    crate::domain::signal::SignalKind,
    crate::domain::signal::StreamStatus,
    crate::domain::theme::Theme,
);
