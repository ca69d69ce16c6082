//! What people read of a rule that one field breaks: the second table of slugs.

use super::Language;

macro_rules! fields {
    ($($slug:literal $fr:literal / $en:literal),+ $(,)?) => {
        /// Every field slug.
        pub const ALL: &[&str] = &[$($slug),+];

        /// What the rule `slug` says; the general answer for slugs that are none.
        pub fn message(slug: &str, language: Language) -> &'static str {
            match (slug, language) {
                $(($slug, Language::French) => $fr, ($slug, Language::English) => $en,)+
                (_, Language::French) => "Valeur refusée.",
                (_, Language::English) => "Value refused.",
            }
        }

        /// The slug itself if it stands in the table, else `invalid_value`.
        pub fn known(slug: &str) -> &'static str {
            match slug { $($slug => $slug,)+ _ => "invalid_value" }
        }
    };
}

fields! {
    "invalid_value" "Valeur mal formée ou d'un type inattendu." / "Malformed value, or of an unexpected type.",
    "missing_field" "Champ obligatoire manquant." / "Required field missing.",
    "unknown_field" "Champ inconnu." / "Unknown field.",
    "duplicate_field" "Champ présent deux fois." / "Field present twice.",
    "siren_format" "Un SIREN compte exactement neuf chiffres." / "A SIREN has exactly nine digits.",
    "siren_checksum" "Ce SIREN n'existe pas : sa clé de contrôle est fausse." / "There is no such SIREN: its checksum is wrong.",
    "siren_unknown" "Ce SIREN n'est pas dans l'annuaire ; l'opérateur peut l'y ajouter." / "This SIREN is not in the directory; the operator can add it.",
    "email_format" "Adresse électronique mal formée." / "Malformed e-mail address.",
    "clause_id_format" "Un identifiant commence par une minuscule et ne contient que minuscules, chiffres et tirets (64 caractères au plus)." / "An id starts with a lower-case letter and holds only lower-case letters, digits and hyphens (64 characters at most).",
    "clause_id_duplicate" "Cet identifiant est déjà utilisé dans le document." / "This id is already used in the document.",
    "clauses_empty" "Au moins une clause est nécessaire." / "At least one clause is needed.",
    "clauses_too_many" "Au plus 1 000 clauses." / "At most 1,000 clauses.",
    "clauses_too_deep" "Au plus 6 niveaux de clauses." / "At most 6 levels of clauses.",
    "body_too_long" "Au plus 1 000 000 caractères pour l'ensemble des textes." / "At most 1,000,000 characters for all texts together.",
    "text_empty" "Ce texte ne peut pas être vide." / "This text cannot be empty.",
    "text_too_long" "Ce texte est trop long." / "This text is too long.",
    "text_control_character" "Caractère de contrôle non admis." / "Control character not allowed.",
    "markdown_link" "Un lien ne peut mener que vers http(s), mailto, tel ou une ancre du document." / "A link may only lead to http(s), mailto, tel or an anchor of the document.",
    "variables_too_many" "Au plus 100 variables." / "At most 100 variables.",
    "variable_name_format" "Un nom de variable commence par une minuscule et ne contient que minuscules, chiffres et tirets bas." / "A variable name starts with a lower-case letter and holds only lower-case letters, digits and underscores.",
    "variable_duplicate" "Cette variable est déclarée deux fois." / "This variable is declared twice.",
    "variable_undeclared" "Ce texte utilise une variable {{…}} qui n'est pas déclarée." / "This text uses a {{…}} variable that is not declared.",
    "tags_too_many" "Au plus 20 mots-clés." / "At most 20 tags.",
    "tag_duplicate" "Ce mot-clé est présent deux fois." / "This tag is present twice.",
    "roles_empty" "Au moins un rôle est nécessaire." / "At least one role is needed.",
    "password_too_short" "Au moins 12 caractères." / "At least 12 characters.",
    "password_too_long" "Au plus 128 caractères." / "At most 128 characters.",
    "password_of_account" "Cette adresse a déjà un compte : présentez son mot de passe." / "This address has an account already: present its password.",
    "password_too_weak" "Mot de passe trop facile à deviner : préférez une phrase que vous seul connaissez." / "Password too easy to guess: prefer a sentence only you know.",
    "choice_missing" "Ce conflit attend un choix : \"theirs\", \"mine\" ou {\"text\": …}." / "This conflict awaits a choice: \"theirs\", \"mine\" or {\"text\": …}.",
    "choice_unknown" "Rien n'a changé ici, ou ce choix n'y est pas possible." / "Nothing has changed here, or this choice is not possible here.",
    "version_not_newest" "La source a publié depuis : relisez le plan de fusion." / "The source has published since: read the plan of the merge again.",
    "adaptation_unknown" "Votre collectivité n'a publié aucune adaptation de cette source." / "Your collectivity has published no adaptation of this source.",
    "clause_unknown" "Aucun des textes concernés n'a cette clause." / "None of the texts concerned has this clause.",
    "clause_unchanged" "Votre adaptation dit ici la même chose que la source." / "Your adaptation says here what the source says.",
    "clause_included" "Cette clause, ou l'une de celles qu'elle contient, est déjà incluse." / "This clause, or one of those below it, is included already.",
    "source_unknown" "Aucune version de cette ressource ne peut être reprise par votre collectivité." / "There is no version of this resource that your collectivity may reuse.",
    "source_is_itself" "Un texte n'inclut pas ses propres clauses." / "A text does not include clauses of its own.",
    "sources_too_many" "Un texte inclut des clauses d'au plus 20 sources." / "A text includes clauses of at most 20 sources.",
    "text_unknown" "Attendu : un numéro de version, latest, draft ou source." / "Expected: the number of a version, latest, draft or source.",
    "deviation_unjustified" "Cet écart à ce que la source impose n'est pas motivé." / "This deviation from what the source imposes has no reason.",
    "kind_without_clauses" "Les ressources de cette nature n'ont pas de clauses." / "Resources of this kind have no clauses.",
    "use_case_unknown" "Cas d'usage inconnu : attendu un code du catalogue, ou x- suivi de minuscules, de chiffres et de tirets." / "Unknown use case: expected a code of the catalogue, or x- and lower-case letters, digits and hyphens.",
    "indicator_code_unknown" "Indicateur inconnu : attendu un code du catalogue, ou x- suivi de minuscules, de chiffres et de tirets." / "Unknown indicator: expected a code of the catalogue, or x- and lower-case letters, digits and hyphens.",
    "measure_unfit" "Cette mesure ne convient pas à cet indicateur ; le catalogue donne celles qui conviennent." / "This measure does not fit this indicator; the catalogue gives those that do.",
    "entries_too_many" "Au plus 30 éléments." / "At most 30 entries.",
    "number_zero" "Ce nombre ne peut pas être zéro." / "This number cannot be zero.",
    "indicator_primary_missing" "Au moins un indicateur principal est nécessaire." / "At least one primary indicator is needed.",
    "stop_criterion_missing" "Au moins un critère d'arrêt est nécessaire." / "At least one stop criterion is needed.",
    "overseer_missing" "Au moins une personne doit surveiller l'outil." / "Somebody must watch over the tool.",
    "practice_prohibited" "Pratique interdite par le règlement IA (art. 5)." / "A practice that the AI Act prohibits (art. 5).",
    "still_undetermined" "Point encore indéterminé : il doit être tranché avant l'autorisation." / "Still undetermined: to be settled before it is authorised.",
    "still_due" "Démarche encore à faire avant l'autorisation." / "Still to be done before it is authorised.",
    "stop_criterion_unknown" "Le protocole n'a pas ce critère d'arrêt." / "The protocol has no such stop criterion.",
    "qualification_misplaced" "La qualification accompagne l'étape « qualified », et elle seule." / "The qualification goes with the step “qualified”, and with it only.",
    "result_missing" "Cet indicateur principal n'a pas encore de résultat." / "This primary indicator has no result yet.",
    "date_to_come" "Cette date n'est pas encore passée." / "That day is still to come.",
    "period_backwards" "La fin précède le début." / "The end comes before the beginning.",
    "not_finite" "Chaque valeur est un nombre fini." / "Each figure is a finite number.",
    "n_too_small" "Trop peu d'observations pour ces figures." / "Too few observations for these figures.",
    "sd_negative" "Un écart type n'est pas négatif." / "A standard deviation is not negative.",
    "events_exceed_n" "Plus d'événements que d'observations." / "More events than observations.",
    "mean_not_positive" "Un rapport de moyennes demande des moyennes positives." / "A ratio of means takes means above zero.",
    "interval_not_around_estimate" "L'intervalle n'entoure pas l'estimation." / "The interval does not lie around the estimate.",
    "level_out_of_range" "Le niveau de l'intervalle est entre 0 et 1, par exemple 0,95." / "The level of the interval is between 0 and 1, for instance 0.95.",
    "no_variance" "Ces figures ne varient pas : leur incertitude est inconnue." / "These figures do not vary: how uncertain they are is unknown.",
    "no_information" "Rien, ou tout, dans les deux groupes : il n'y a rien à comparer." / "Nothing, or everything, in both groups: there is nothing to compare.",
    "effect_out_of_range" "Cet effet est hors de ce que la mesure permet." / "This effect is beyond what its measure can be.",
    "sd_zero" "Un écart type nul : vérifiez si tous les résultats sont identiques, ou non mesurés." / "A standard deviation of zero: check whether all results are alike, or not measured.",
    "sd_exceeds_mean" "Un écart type de plus du double de la moyenne : vérifiez que c'en est un." / "A standard deviation over twice the mean: check that it is one.",
    "sds_differ" "Les deux écarts types diffèrent de plus de dix fois : vérifiez les unités." / "One standard deviation is over ten times the other: check the units.",
    "difference_huge" "Un écart de plus de trois écarts types, rare en pratique : peut-être une erreur type saisie pour un écart type." / "A difference of over three standard deviations, which is rare: perhaps a standard error typed for a deviation.",
    "interval_asymmetrical" "L'intervalle n'est pas centré sur l'estimation : peut-être un rapport saisi au lieu de son logarithme." / "The interval is not centred on the estimate: perhaps a ratio typed for its logarithm.",
    "level_unusual" "Niveau d'intervalle inhabituel." / "An unusual level of the interval.",
    "n_small" "Moins de onze observations dans un groupe : le hasard pèse, et chacun peut se reconnaître." / "Fewer than eleven observed in a group: chance weighs much, and people may be recognised.",
    "cell_empty" "Rien, ou toujours, dans un groupe : 0,5 est ajouté pour calculer." / "Nothing, or always, in a group: 0.5 is added to compute.",
    "measure_mismatch" "Ces figures ne donnent pas la mesure que le protocole prévoit." / "These figures do not give the measure that the protocol names.",
    "variable_value_number" "Ce n'est pas un nombre : des chiffres, avec une virgule ou un point au plus." / "This is no number: digits, with one comma or point at most.",
    "variable_value_date" "Ce n'est pas une date au format AAAA-MM-JJ." / "This is no date of the form YYYY-MM-DD.",
    "variable_unresolved" "Cette variable n'a pas de valeur." / "This variable has no value.",
    "audience_is_owner" "La collectivité propriétaire n'a pas besoin de partage." / "The owning collectivity needs no share.",
    "audience_unknown" "Ce public n'existe pas, ou vous n'en faites pas partie." / "This audience does not exist, or you are not part of it.",
    "group_reader" "Dans ce groupe votre collectivité est lectrice : elle ne peut pas y partager." / "Your collectivity is a reader in this group: it cannot share with it.",
    "expiry_in_the_past" "L'échéance doit être dans le futur." / "The expiry must be in the future.",
    "body_type_unknown" "Type d'organisme inconnu." / "Unknown type of body.",
    "directory_code_format" "Attendu : un SIREN, un code INSEE de commune, dep-… ou reg-…" / "Expected: a SIREN, an INSEE code of a commune, dep-… or reg-…",
    "format_unknown" "Attendu : md, html, pdf, odt ou docx." / "Expected: md, html, pdf, odt or docx.",
    "import_title" "Le titre lu dans le fichier est vide ou trop long ; donnez-en un de 200 caractères au plus." / "The title read in the file is empty or too long; give one of at most 200 characters.",
    "import_format" "Ce format de fichier ne se lit pas." / "Files of this format are not read.",
    "import_too_large" "Le fichier contient plus de 1 500 000 caractères." / "The file holds more than 1,500,000 characters.",
    "import_unpacks_too_large" "Une partie du fichier dépasse 32 Mio une fois décompressée." / "A part of the file unpacks to more than 32 MiB.",
    "import_too_many_parts" "Le fichier contient trop de parties : 2 000 fichiers internes, ou 50 000 paragraphes et cellules, au plus." / "The file has too many parts: at most 2,000 files within, or 50,000 paragraphs and cells.",
    "import_too_deep" "Les éléments du fichier sont imbriqués sur plus de 128 niveaux." / "The elements of the file are nested more than 128 levels deep.",
    "import_malformed" "Le contenu n'est pas celui du format annoncé, ou il est abîmé." / "The content is not of the format it claims, or it is damaged.",
    "import_doctype" "Le fichier contient une déclaration DOCTYPE, refusée par sécurité. Enregistrez-le à nouveau avec votre suite bureautique." / "The file has a DOCTYPE declaration, refused for safety. Save it again with your office suite.",
    "import_encrypted" "Le fichier est protégé par un mot de passe. Enregistrez-le sans protection." / "The file is protected by a password. Save it without protection.",
    "import_without_headings" "Le fichier n'a aucun titre : donnez le style « Titre 1 » (ou # en Markdown) à l'intitulé de chaque clause." / "The file has no heading: give the title of each clause the style “Heading 1” (or # in Markdown).",
    "kind_unknown" "Nature de ressource inconnue." / "Unknown kind of resource.",
    "limit_out_of_range" "Entre 1 et 100." / "Between 1 and 100.",
    "query_empty" "Indiquez au moins un mot à chercher." / "Say at least one word to look for.",
    "query_too_long" "Au plus 200 caractères." / "At most 200 characters.",
    "header_invalid" "En-tête mal formé." / "Malformed header.",
}
