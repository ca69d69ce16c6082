//! Writing groups and participations.

use diesel::prelude::*;
use maillage_domain::groups::{Founded, Group, Participation, ParticipationState};

use crate::error::StoreError;
use crate::schema::{groups as table, participations, shares};
use crate::store::{Keep, Tx};

fn state(state: ParticipationState) -> &'static str {
    match state {
        ParticipationState::Invited => "invited",
        ParticipationState::Active => "active",
        ParticipationState::Suspended => "suspended",
        ParticipationState::Left => "left",
        ParticipationState::Declined => "declined",
    }
}

impl Keep for Founded {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let insert = diesel::insert_into(table::table).values((
            table::tenant_id.eq(self.group.founder.0),
            table::id.eq(self.group.id.0),
            table::name.eq(self.group.charter.name.as_str().to_owned()),
            table::purpose.eq(self.group.charter.purpose.as_str().to_owned()),
            table::revision.eq(self.group.revision),
            table::formed_at.eq(self.group.formed_at),
        ));
        tx.db().run(insert).await?;
        self.founder.keep(tx).await
    }
}

impl Keep for Group {
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let update = diesel::update(table::table.find((self.founder.0, self.id.0))).set((
            table::name.eq(self.charter.name.as_str().to_owned()),
            table::purpose.eq(self.charter.purpose.as_str().to_owned()),
            table::revision.eq(self.revision),
        ));
        tx.db().run_one(update).await
    }
}

impl Keep for Participation {
    /// Writes the participation. Whoever leaves takes along what they had shared with the group;
    /// what others adapted is their own and stays. `group.left` is the only fact of it: whoever
    /// reads it knows that the grants of that collectivity to that group ended with it.
    async fn keep(&self, tx: &Tx) -> Result<(), StoreError> {
        let changes = (
            participations::role.eq(self.role.as_str()),
            participations::state.eq(state(self.state)),
            participations::revision.eq(self.revision),
            participations::since.eq(self.since),
        );
        if self.revision == 1 {
            let key = (
                participations::tenant_id.eq(self.collectivity.0),
                participations::group_id.eq(self.group.0),
            );
            let insert = diesel::insert_into(participations::table).values((key, changes));
            tx.db().run_one(insert).await?;
        } else {
            let key = (self.collectivity.0, self.group.0);
            let update = diesel::update(participations::table.find(key)).set(changes);
            tx.db().run_one(update).await?;
        }
        if self.state == ParticipationState::Left {
            let granted = shares::table
                .filter(shares::tenant_id.eq(self.collectivity.0))
                .filter(shares::audience_id.eq(self.group.0));
            tx.db().run(diesel::delete(granted)).await?;
        }
        Ok(())
    }
}
