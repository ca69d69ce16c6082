//! The one table of public problem codes: slug, status, and what people read in both languages.

use actix_web::http::StatusCode;

use super::Language;

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $slug:literal $status:ident
        $title_fr:literal / $title_en:literal
        $detail_fr:literal / $detail_en:literal);+ $(;)?) => {
        /// A public problem code. Slugs are stable: integrators branch on them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $code),+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The stable slug.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$code => $slug),+ }
            }

            /// The HTTP status it comes with.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$code => StatusCode::$status),+ }
            }

            /// A short name of the problem.
            pub const fn title(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$code, Language::French) => $title_fr,
                      (Self::$code, Language::English) => $title_en),+
                }
            }

            /// What it means and what to do.
            pub const fn detail(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$code, Language::French) => $detail_fr,
                      (Self::$code, Language::English) => $detail_en),+
                }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    InvalidJson = "invalid_json" BAD_REQUEST
        "JSON invalide" / "Invalid JSON"
        "Le corps de la requête n'est pas un document JSON valide." / "The request body is not a valid JSON document.";
    /// A field is missing, unknown or of the wrong type.
    InvalidRequest = "invalid_request" BAD_REQUEST
        "Requête invalide" / "Invalid request"
        "Un ou plusieurs champs de la requête sont manquants, inconnus ou mal formés." / "One or more fields of the request are missing, unknown or malformed.";
    /// The cursor was not given to this caller for this list.
    InvalidCursor = "invalid_cursor" BAD_REQUEST
        "Curseur invalide" / "Invalid cursor"
        "Ce curseur n'a pas été émis pour cette liste, ces filtres et ce compte. Reprenez à la première page." / "This cursor was not issued for this list, these filters and this account. Start again from the first page.";
    /// No credentials, or bad ones.
    Unauthenticated = "unauthenticated" UNAUTHORIZED
        "Authentification requise" / "Authentication required"
        "Présentez un jeton d'accès valide (Authorization: Bearer). La session a pu être fermée ou l'adhésion révoquée." / "Present a valid access token (Authorization: Bearer). The session may have been closed or the membership revoked.";
    /// Log-in failed.
    InvalidCredentials = "invalid_credentials" UNAUTHORIZED
        "Identifiants refusés" / "Credentials refused"
        "L'adresse ou le mot de passe est incorrect, ou ce compte n'agit pas pour cette collectivité." / "The address or the password is wrong, or this account does not act for this collectivity.";
    /// The client did not prove who it is (RFC 6749 §5.2).
    InvalidClient = "invalid_client" UNAUTHORIZED
        "Client refusé" / "Client refused"
        "Ce client est inconnu, expiré ou révoqué, n'a pas prouvé qui il est, ou n'appelle pas d'une adresse permise." / "This client is unknown, expired or revoked, has not proven who it is, or does not call from where it may.";
    /// A grant that is none of ours (RFC 6749 §5.2).
    UnsupportedGrantType = "unsupported_grant_type" BAD_REQUEST
        "Type d'autorisation non pris en charge" / "Unsupported grant type"
        "Seul grant_type=client_credentials est pris en charge." / "Only grant_type=client_credentials is supported.";
    /// More than the client may do (RFC 6749 §5.2).
    InvalidScope = "invalid_scope" BAD_REQUEST
        "Portée refusée" / "Scope refused"
        "La portée demandée est inconnue, vide, ou dépasse celle du client." / "The requested scope is unknown, empty, or exceeds what the client was granted.";
    /// The refresh token is not good any more.
    InvalidRefreshToken = "invalid_refresh_token" UNAUTHORIZED
        "Jeton de renouvellement refusé" / "Refresh token refused"
        "Ce jeton est inconnu, expiré ou déjà utilisé. Reconnectez-vous." / "This token is unknown, expired or already used. Log in again.";
    /// Known, but not allowed.
    Forbidden = "forbidden" FORBIDDEN
        "Action non autorisée" / "Action not allowed"
        "Vos rôles ne permettent pas cette action." / "Your roles do not allow this action.";
    /// Not there, or not for this caller to know.
    NotFound = "not_found" NOT_FOUND
        "Introuvable" / "Not found"
        "Aucune ressource visible pour vous à cette adresse." / "There is nothing at this address that you may see.";
    /// No draft at the moment.
    DraftMissing = "draft_missing" NOT_FOUND
        "Pas de brouillon" / "No draft"
        "Cette ressource n'a pas de brouillon en cours. Créez-en un avec PUT et If-None-Match: *." / "This resource has no draft at the moment. Create one with PUT and If-None-Match: *.";
    /// The address exists, the method does not.
    MethodNotAllowed = "method_not_allowed" METHOD_NOT_ALLOWED
        "Méthode non prise en charge" / "Method not allowed"
        "Cette adresse n'accepte pas cette méthode ; l'en-tête Allow dit lesquelles." / "This address does not accept this method; the Allow header says which ones.";
    /// A form that the list does not have.
    NotAcceptable = "not_acceptable" NOT_ACCEPTABLE
        "Format de réponse indisponible" / "No such form of the answer"
        "Cette liste est donnée en application/json, en text/csv, en application/vnd.oasis.opendocument.spreadsheet (ODS) ou en application/vnd.openxmlformats-officedocument.spreadsheetml.sheet (XLSX) ; l'en-tête Accept les exclut tous." / "This list comes as application/json, text/csv, application/vnd.oasis.opendocument.spreadsheet (ODS) or application/vnd.openxmlformats-officedocument.spreadsheetml.sheet (XLSX); the Accept header excludes them all.";
    /// A list that is longer than a table may be.
    TableTooLong = "table_too_long" UNPROCESSABLE_ENTITY
        "Liste trop longue pour un tableau" / "List too long for a table"
        "La liste dépasse 10 000 lignes ; un tableau incomplet passerait pour complet. Restreignez-la par ses filtres, ou demandez-la par pages avec limit." / "The list has more than 10,000 rows; an incomplete table would pass for a complete one. Narrow it by its filters, or ask for pages with limit.";
    /// A body in a format we do not read.
    UnsupportedMediaType = "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE
        "Format non pris en charge" / "Unsupported media type"
        "Envoyez du application/json (application/merge-patch+json pour PATCH)." / "Send application/json (application/merge-patch+json for PATCH).";
    /// A file in a format we do not read.
    UnsupportedFile = "unsupported_file" UNSUPPORTED_MEDIA_TYPE
        "Format de fichier non pris en charge" / "Unsupported file format"
        "Envoyez le fichier tel quel, avec son type dans Content-Type : text/markdown, application/vnd.oasis.opendocument.text (ODT) ou application/vnd.openxmlformats-officedocument.wordprocessingml.document (DOCX) pour un texte, text/csv pour des observations." / "Send the file as it is, with its type in Content-Type: text/markdown, application/vnd.oasis.opendocument.text (ODT) or application/vnd.openxmlformats-officedocument.wordprocessingml.document (DOCX) for a text, text/csv for observations.";
    /// A body that did not arrive in time.
    RequestTimeout = "request_timeout" REQUEST_TIMEOUT
        "Requête trop lente" / "Request too slow"
        "Le corps de la requête n'est pas arrivé en 30 secondes." / "The request body did not arrive within 30 seconds.";
    /// A body over the limit.
    PayloadTooLarge = "payload_too_large" PAYLOAD_TOO_LARGE
        "Requête trop volumineuse" / "Request too large"
        "Le corps de la requête dépasse 4 Mio." / "The request body exceeds 4 MiB.";
    /// A form over the limit.
    FormTooLarge = "form_too_large" PAYLOAD_TOO_LARGE
        "Formulaire trop volumineux" / "Form too large"
        "Le formulaire dépasse 16 Kio." / "The form exceeds 16 KiB.";
    /// A file over the limit.
    FileTooLarge = "file_too_large" PAYLOAD_TOO_LARGE
        "Fichier trop volumineux" / "File too large"
        "Le fichier dépasse 10 Mio." / "The file exceeds 10 MiB.";
    /// A file that cannot become a text.
    FileRefused = "file_refused" UNPROCESSABLE_ENTITY
        "Fichier refusé" / "File refused"
        "Le fichier ne peut pas devenir un texte ; chaque erreur dit pourquoi et, s'il y a lieu, dans quelle clause lue (/clauses/0 est la première)." / "The file cannot become a text; each error says why and, where it is about one, in which clause that was read (/clauses/0 is the first).";
    /// Well-formed, but against the rules.
    Invalid = "invalid" UNPROCESSABLE_ENTITY
        "Contenu refusé" / "Content refused"
        "Le contenu ne respecte pas une ou plusieurs règles ; chaque erreur indique le champ." / "The content breaks one or more rules; each error names the field.";
    /// The Idempotency-Key was used for something else.
    IdempotencyKeyReused = "idempotency_key_reused" UNPROCESSABLE_ENTITY
        "Clé d'idempotence déjà utilisée" / "Idempotency key already used"
        "Cette clé a servi à une autre requête. Choisissez une nouvelle clé." / "This key was used for another request. Choose a new key.";
    /// The same request is being worked on.
    IdempotencyInFlight = "idempotency_in_flight" CONFLICT
        "Requête en cours" / "Request in progress"
        "La même requête est en cours de traitement. Réessayez dans un instant." / "The same request is being processed. Try again in a moment.";
    /// The precondition does not hold any more.
    Stale = "stale" PRECONDITION_FAILED
        "Version périmée" / "Stale version"
        "La ressource a changé depuis votre lecture. Relisez-la, puis recommencez avec son nouvel ETag." / "The resource has changed since you read it. Read it again, then retry with its new ETag.";
    /// A precondition is required.
    PreconditionRequired = "precondition_required" PRECONDITION_REQUIRED
        "Précondition requise" / "Precondition required"
        "Indiquez dans If-Match l'ETag de ce que vous avez lu." / "Say in If-Match the ETag of what you have read.";
    /// Too many requests.
    RateLimited = "rate_limited" TOO_MANY_REQUESTS
        "Trop de requêtes" / "Too many requests"
        "Le quota est dépassé. Attendez la durée indiquée par Retry-After." / "The quota is exceeded. Wait as long as Retry-After says.";
    /// As many streams as one caller, or this process, may hold open.
    TooManyStreams = "too_many_streams" TOO_MANY_REQUESTS
        "Trop de flux ouverts" / "Too many open streams"
        "Fermez un flux d'événements avant d'en ouvrir un autre, ou lisez /v1/events." / "Close an event stream before you open another, or read /v1/events.";
    /// Too many attempts to log in.
    TooManyAttempts = "too_many_attempts" TOO_MANY_REQUESTS
        "Trop de tentatives" / "Too many attempts"
        "Trop de tentatives de connexion. Attendez la durée indiquée par Retry-After." / "Too many attempts to log in. Wait as long as Retry-After says.";
    /// The collectivity has joined before.
    CollectivityJoined = "collectivity_joined" CONFLICT
        "Collectivité déjà inscrite" / "Collectivity already joined"
        "Cette collectivité a déjà rejoint Maillage." / "This collectivity has already joined Maillage.";
    /// The directory has it.
    DirectoryEntryExists = "directory_entry_exists" CONFLICT
        "Déjà dans l'annuaire" / "Already in the directory"
        "L'annuaire contient déjà ce SIREN." / "The directory already holds this SIREN.";
    /// The person is a member.
    AlreadyMember = "already_member" CONFLICT
        "Déjà membre" / "Already a member"
        "Cette personne a déjà une adhésion active dans la collectivité." / "This person already has an active membership in the collectivity.";
    /// The address was invited.
    AlreadyInvited = "already_invited" CONFLICT
        "Déjà invité" / "Already invited"
        "Une invitation est déjà en attente pour cette adresse. Révoquez-la pour en émettre une autre." / "An invitation is already pending for this address. Revoke it to issue another one.";
    /// Accepted, revoked, lapsed or never made.
    InvitationInvalid = "invitation_invalid" CONFLICT
        "Invitation non valable" / "Invitation not valid"
        "Cette invitation n'existe pas, a expiré, a été révoquée ou a déjà servi." / "This invitation does not exist, has expired, was revoked or was already used.";
    /// Nobody would administer the collectivity.
    LastAdministrator = "last_administrator" CONFLICT
        "Dernier administrateur" / "Last administrator"
        "La collectivité doit garder au moins un administrateur." / "The collectivity must keep at least one administrator.";
    /// The membership has ended.
    MembershipRevoked = "membership_revoked" CONFLICT
        "Adhésion révoquée" / "Membership revoked"
        "Cette adhésion est révoquée ; invitez la personne à nouveau." / "This membership is revoked; invite the person again.";
    /// The job has ended.
    JobEnded = "job_ended" CONFLICT
        "Travail terminé" / "Job ended"
        "Ce travail est terminé : il n'y a plus rien à arrêter." / "This job has ended: there is nothing left to stop.";
    /// The result is not there yet, or the job had none.
    JobWithoutResult = "job_without_result" CONFLICT
        "Pas de résultat" / "No result"
        "Ce travail n'a pas de fichier de résultat, ou pas encore." / "This job has no result file, or none yet.";
    /// The caller has too many jobs that have not ended.
    JobsTooMany = "jobs_too_many" CONFLICT
        "Trop de travaux en cours" / "Too many open jobs"
        "Dix de vos travaux au plus attendent ou tournent à la fois. Attendez que l'un d'eux se termine, ou arrêtez-en un." / "At most ten of your jobs wait or run at a time. Wait for one to end, or stop one.";
    /// The collectivity has as many endpoints of webhooks as it may.
    EndpointsTooMany = "endpoints_too_many" CONFLICT
        "Trop de points de réception" / "Too many endpoints"
        "Une collectivité a au plus vingt points de réception. Supprimez-en un d'abord." / "A collectivity has at most twenty endpoints. Remove one first.";
    /// The client was stopped.
    ClientRevoked = "client_revoked" CONFLICT
        "Client révoqué" / "Client revoked"
        "Ce client est révoqué, pour toujours ; créez-en un autre." / "This client is revoked, for ever; create another one.";
    /// The endpoint is told nothing at present.
    EndpointDisabled = "endpoint_disabled" CONFLICT
        "Point de réception désactivé" / "Endpoint disabled"
        "Ce point de réception est désactivé ; réactivez-le d'abord." / "This endpoint is disabled; enable it first.";
    /// Already in the group.
    AlreadyInGroup = "already_in_group" CONFLICT
        "Déjà dans le groupe" / "Already in the group"
        "Cette collectivité est déjà invitée, membre ou suspendue dans ce groupe." / "This collectivity is already invited to, part of or suspended from this group.";
    /// Nobody would coordinate the group.
    LastCoordinator = "last_coordinator" CONFLICT
        "Dernier coordinateur" / "Last coordinator"
        "Le groupe doit garder un coordinateur : confiez d'abord ce rôle à une autre collectivité." / "The group must keep a coordinator: hand the role over to another collectivity first.";
    /// The participation is in another state.
    ParticipationState = "participation_state" CONFLICT
        "État de participation" / "Participation state"
        "L'état actuel de cette participation ne permet pas cette action." / "The present state of this participation does not allow this action.";
    /// The audience has a grant already.
    AlreadyShared = "already_shared" CONFLICT
        "Déjà partagé" / "Already shared"
        "Cette ressource est déjà partagée avec ce public ; révoquez ce partage pour le changer." / "This resource is already shared with this audience; revoke that share to change it.";
    /// The resource has as many grants as it may.
    SharesTooMany = "shares_too_many" CONFLICT
        "Trop de partages" / "Too many shares"
        "Une ressource peut avoir au plus 500 partages." / "A resource may have at most 500 shares.";
    /// Nothing new to publish.
    DraftUnchanged = "draft_unchanged" CONFLICT
        "Brouillon inchangé" / "Unchanged draft"
        "Le brouillon est identique à la dernière version publiée." / "The draft says what the newest published version says.";
    /// Nothing to take in from the source.
    NothingNew = "nothing_new" CONFLICT
        "Rien à reprendre" / "Nothing to take in"
        "La source n'a rien publié de nouveau que vous puissiez reprendre." / "The source has published nothing new that you may reuse.";
    /// Conflicts of a merge that nobody has settled.
    ConflictsOpen = "conflicts_open" CONFLICT
        "Conflits à trancher" / "Conflicts to settle"
        "La source et votre texte ont changé les mêmes passages ; choisissez pour chacun (choices)." / "The source and your text changed the same passages; choose for each of them (choices).";
    /// Departures from what a source imposes that nobody has given a reason for.
    DeviationsUnjustified = "deviations_unjustified" CONFLICT
        "Écarts à motiver" / "Deviations to justify"
        "Le brouillon s'écarte de ce que la source impose ; motivez chaque écart (PUT /deviations/{clause})." / "The draft departs from what the source imposes; justify each of them (PUT /deviations/{clause}).";
    /// Variables without a value.
    VariablesUnresolved = "variables_unresolved" CONFLICT
        "Variables sans valeur" / "Variables without a value"
        "Le brouillon emploie des variables sans valeur ; donnez à chacune une valeur par défaut." / "The draft uses variables without a value; give each of them a default.";
    /// The amendment was accepted, declined or withdrawn.
    AmendmentSettled = "amendment_settled" CONFLICT
        "Amendement déjà réglé" / "Amendment already settled"
        "Cet amendement a été accepté, refusé ou retiré ; il ne change plus d'état." / "This amendment was accepted, declined or withdrawn; its state does not change any more.";
    /// As many amendments to the source are open as may be.
    AmendmentsTooMany = "amendments_too_many" CONFLICT
        "Trop d'amendements ouverts" / "Too many open amendments"
        "Au plus 20 de vos amendements à une même source attendent une décision." / "At most 20 of your amendments to one source wait for a decision.";
    /// The amendment has as many comments as it may.
    CommentsTooMany = "comments_too_many" CONFLICT
        "Trop de commentaires" / "Too many comments"
        "Un amendement peut avoir au plus 500 commentaires." / "An amendment may have at most 500 comments.";
    /// The group has that use case already.
    UseCaseKnown = "use_case_known" CONFLICT
        "Cas d'usage déjà présent" / "Use case already there"
        "Ce groupe a déjà un cas d'usage de ce nom." / "This group has a use case of that name already.";
    /// The group has as many use cases as it may.
    UseCasesTooMany = "use_cases_too_many" CONFLICT
        "Trop de cas d'usage" / "Too many use cases"
        "Un groupe peut ajouter au plus 100 cas d'usage au catalogue." / "A group may add at most 100 use cases to the catalogue.";
    /// The trial is in another state.
    TrialState = "trial_state" CONFLICT
        "État de l'expérimentation" / "State of the trial"
        "L'état actuel de cette expérimentation ne permet pas cette étape." / "The present state of this trial does not allow this step.";
    /// Shown by itself, a result would uncover what others chose not to show.
    FiguresReleased = "figures_released" CONFLICT
        "Chiffres déjà mis en commun" / "Figures already pooled"
        "Ce résultat compte dans des chiffres communs déjà publiés ; montré seul maintenant, il pourrait dévoiler ce que d'autres ne montrent pas. Il peut rester mis en commun, ou être retiré." / "This result counts in pooled figures that were released; shown by itself now, it could uncover what others do not show. It may stay pooled, or be withdrawn.";
    /// Who prepared a decision would take it.
    AuthorDecides = "author_decides" CONFLICT
        "Une autre personne doit décider" / "Somebody else must decide"
        "Vous avez préparé cette décision : une autre personne habilitée la prend." / "You have prepared this decision: somebody else with that right takes it.";
    /// Not published.
    NotPublished = "not_published" CONFLICT
        "Non publié" / "Not published"
        "Seule une ressource publiée permet cette action." / "Only a published resource allows this action.";
    /// Published once.
    AlreadyPublished = "already_published" CONFLICT
        "Déjà publié" / "Already published"
        "Une ressource publiée ne se supprime pas : retirez-la." / "A published resource cannot be deleted: withdraw it.";
    /// Another writer was faster.
    Concurrent = "concurrent_change" CONFLICT
        "Modification concurrente" / "Concurrent change"
        "Une autre modification a été enregistrée au même moment. Réessayez." / "Another change was saved at the same moment. Try again.";
    /// A bug of ours.
    Internal = "internal_error" INTERNAL_SERVER_ERROR
        "Erreur interne" / "Internal error"
        "Une erreur inattendue s'est produite. Signalez-la avec l'identifiant de requête (instance)." / "An unexpected error occurred. Report it with the request identifier (instance).";
    /// The database is away or busy.
    Unavailable = "unavailable" SERVICE_UNAVAILABLE
        "Service momentanément indisponible" / "Service temporarily unavailable"
        "Réessayez après la durée indiquée par Retry-After." / "Try again after what Retry-After says.";
    /// The connection was lost at the decisive moment.
    OutcomeUnknown = "outcome_unknown" SERVICE_UNAVAILABLE
        "Issue inconnue" / "Outcome unknown"
        "La connexion à la base a été perdue pendant l'enregistrement. Réessayez avec la même Idempotency-Key, ou relisez la ressource." / "The connection to the database was lost while saving. Retry with the same Idempotency-Key, or read the resource again.";
}
