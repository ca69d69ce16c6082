//! What towns do in groups.

use maillage_domain::access::{GroupRole, act};
use maillage_domain::groups::{Group, GroupCharter};
use maillage_domain::identity::Staff;
use maillage_domain::value::GroupId;
use maillage_infra::ambient;
use maillage_infra::groups::{find_group, find_participation, group, lock_participation};
use maillage_infra::store::Tx;

use crate::fixture::{Failure, Town, allowed};

pub fn charter(name: &str) -> GroupCharter {
    GroupCharter {
        name: name.to_owned().try_into().unwrap(),
        purpose: "Travailler ensemble.".to_owned().try_into().unwrap(),
    }
}

impl Town {
    /// Forms a group, which this town coordinates.
    pub async fn form(&self, name: &str) -> GroupId {
        let id = GroupId(ambient::id());
        let form = async |tx: &mut Tx| {
            let collectivity = self.id();
            let form = allowed::<act::FormGroup, _>(tx, Staff { collectivity })?;
            let formed = form.form(id, charter(name), tx.now());
            Ok(tx.save(formed).await?)
        };
        self.write(form).await.unwrap();
        id
    }

    pub async fn try_invite(
        &self,
        group: GroupId,
        town: &Town,
        role: GroupRole,
    ) -> Result<(), Failure> {
        self.write(async |tx| {
            let found = find_group(tx, group).await?;
            let before = find_participation(tx.db(), group, &town.tenant.siren).await;
            let before = before.ok().map(|fellow| fellow.participation);
            let invite = allowed::<act::InviteToGroup, _>(tx, found)?;
            let invited = invite.invite(town.id(), role, before.as_ref(), tx.now())?;
            tx.save(invited).await?;
            Ok(())
        })
        .await
    }

    pub async fn accept(&self, group: GroupId) {
        let accept = async |tx: &mut Tx| {
            let (own, _) = lock_participation(tx, group, &self.tenant.siren).await?;
            let accept = allowed::<act::AcceptInvitation, _>(tx, own.participation)?;
            let accepted = accept.accept(tx.now());
            Ok(tx.save(accepted).await?)
        };
        self.write(accept).await.unwrap();
    }

    /// Invites a town, which accepts.
    pub async fn admit(&self, group: GroupId, town: &Town, role: GroupRole) {
        self.try_invite(group, town, role).await.unwrap();
        town.accept(group).await;
    }

    pub async fn suspend(&self, group: GroupId, town: &Town) {
        let suspend = async |tx: &mut Tx| {
            let (fellow, _) = lock_participation(tx, group, &town.tenant.siren).await?;
            let suspend = allowed::<act::Suspend, _>(tx, fellow.participation)?;
            let suspended = suspend.suspend(tx.now())?;
            Ok(tx.save(suspended).await?)
        };
        self.write(suspend).await.unwrap();
    }

    pub async fn resume(&self, group: GroupId, town: &Town) {
        let resume = async |tx: &mut Tx| {
            let (fellow, _) = lock_participation(tx, group, &town.tenant.siren).await?;
            let resume = allowed::<act::Resume, _>(tx, fellow.participation)?;
            let resumed = resume.resume(tx.now())?;
            Ok(tx.save(resumed).await?)
        };
        self.write(resume).await.unwrap();
    }

    pub async fn leave(&self, group: GroupId) -> Result<(), Failure> {
        self.write(async |tx| {
            let (own, counts) = lock_participation(tx, group, &self.tenant.siren).await?;
            let leave = allowed::<act::Leave, _>(tx, own.participation)?;
            let left = leave.leave(counts.other_coordinators, counts.grants, tx.now())?;
            tx.save(left).await?;
            Ok(())
        })
        .await
    }

    /// The group as this town sees it, if it does.
    pub async fn group(&self, id: GroupId) -> Option<Group> {
        self.read(async |db| group(db, id).await).await.ok()
    }
}
