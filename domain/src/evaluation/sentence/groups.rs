//! What is said of groups of results: whether they differ, and never why.

use super::number::{ENGLISH, FRENCH, Marks, significant};
use crate::evaluation::answer::{Answer, Subgroups};
use crate::evaluation::dimension::Dimension;
use crate::evaluation::disclosure::Cell;
use crate::evaluation::pool::Between;

/// A p below this is called a difference. Lower than for one heterogeneity test: up to four
/// dimensions stand side by side, and each may raise a false alarm.
const DIFFERENT: f64 = 0.05;

/// Groups that are compared.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// By what they are groups.
    pub dimension: Dimension,
    /// What they show.
    pub groups: &'a Subgroups<Cell>,
    /// How many results stand aside, because they do not say in which group they are.
    pub aside: usize,
}

impl Comparison<'_> {
    /// Whether some groups are too small to take part in the test.
    fn partial(&self) -> bool {
        let small = |answer: &Answer| matches!(answer, Answer::Table { .. });
        self.groups.groups.iter().any(|group| small(&group.answer))
    }
}

/// Q, its degrees of freedom and p, as they are written.
fn figures(between: Between, df: &str, marks: &Marks) -> String {
    let q = significant(between.q, marks);
    let p = if between.p < 0.001 {
        format!("p < 0{}001", marks.decimal)
    } else {
        format!("p = {}", significant(between.p, marks))
    };
    format!("Q = {q}, {} {df}, {p}", between.df)
}

/// What `it` shows, in French.
pub fn french(it: &Comparison) -> String {
    let by = match it.dimension {
        Dimension::BodyType => "Par type de collectivité",
        Dimension::Size => "Par taille de collectivité",
        Dimension::Evidence => "Selon que les résultats sont mesurés ou déclarés",
        Dimension::Origin => "Selon que les chiffres viennent ou non du fournisseur de l’outil",
    };
    let mut said = Vec::new();
    match it.groups.between {
        None => said.push(format!(
            "{by}, il n’y a pas deux groupes d’au moins trois résultats\u{202f}: rien ne dit s’ils \
             diffèrent."
        )),
        Some(between) => {
            let figures = figures(between, "ddl", &FRENCH);
            if between.p < DIFFERENT {
                said.push(format!(
                    "{by}, les groupes diffèrent plus que le hasard ne l’explique d’ordinaire \
                     ({figures}). Cela n’en dit pas la cause, et sur plusieurs comparaisons l’une \
                     peut sembler différer par hasard."
                ));
            } else {
                said.push(format!(
                    "{by}, on ne décèle pas entre les groupes de différence au-delà du hasard \
                     ({figures}), ce qui ne prouve pas qu’il n’y en ait pas."
                ));
            }
            said.extend(it.partial().then(|| {
                "Les groupes de moins de trois résultats ne sont pas comparés.".to_owned()
            }));
        }
    }
    match it.aside {
        0 => {}
        1 => said.push("Un résultat sans nom n’y figure pas.".to_owned()),
        many => said.push(format!("{many} résultats sans nom n’y figurent pas.")),
    }
    said.join(" ")
}

/// What `it` shows, in English.
pub fn english(it: &Comparison) -> String {
    let by = match it.dimension {
        Dimension::BodyType => "By type of authority",
        Dimension::Size => "By size of authority",
        Dimension::Evidence => "By whether results are measured or self-reported",
        Dimension::Origin => "By whether the vendor of the tool supplied the figures",
    };
    let mut said = Vec::new();
    match it.groups.between {
        None => said.push(format!(
            "{by}, there are no two groups of at least three results: nothing says whether they \
             differ."
        )),
        Some(between) => {
            let figures = figures(between, "df", &ENGLISH);
            if between.p < DIFFERENT {
                said.push(format!(
                    "{by}, the groups differ by more than chance usually explains ({figures}). \
                     This does not say why, and of several comparisons one may seem to differ by \
                     chance."
                ));
            } else {
                said.push(format!(
                    "{by}, no difference between the groups is detected beyond chance \
                     ({figures}), which does not prove that there is none."
                ));
            }
            said.extend(
                it.partial()
                    .then(|| "Groups of fewer than three results are not compared.".to_owned()),
            );
        }
    }
    match it.aside {
        0 => {}
        1 => said.push("One result without a name is not among them.".to_owned()),
        many => said.push(format!("{many} results without a name are not among them.")),
    }
    said.join(" ")
}
