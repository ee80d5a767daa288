//! What several starts agree on: what they differ in is not known.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{By, Deployment, FROZEN, Fact, Image, Start, Survey, is_unpinned, release};
use crate::kratos::{chart, env};
use crate::text::Place;

/// What all starts agree on.
pub(super) fn merged(starts: &[&Arc<Start>]) -> Deployment {
    let mut deployment =
        Deployment { starts: starts.iter().map(|start| Arc::clone(start)).collect(), ..Deployment::default() };
    let Some(first) = starts.first() else { return deployment };
    deployment.image = image(starts);
    deployment.is_untagged =
        deployment.image.known().is_some_and(|image| image.asked.is_some() && is_unpinned(&image.tag));
    let flag = |name: &str| agreed(starts.iter().map(|start| start.flag(name)));
    deployment.dev = flag("dev");
    deployment.watch_courier = flag("watch-courier");
    deployment.sqa_opt_out = flag("sqa-opt-out");
    deployment.config = first.configurations().into_iter().flatten().map(str::to_owned).collect();
    let variables = variables(starts);
    // A Dockerfile says what is built; whoever runs the image gives it variables.
    let is_only_built = starts.iter().all(|start| start.by == By::Dockerfile);
    let is_more = variables.is_none() || starts.iter().any(|start| start.more_variables);
    deployment.more_variables = is_only_built || is_more;
    deployment.variables = variables.unwrap_or_default().into();
    deployment.mounts = first.mounts.to_vec().into();
    deployment.is_filled_in = starts.iter().any(|start| start.is_filled_in);
    deployment.container = agreed(starts.iter().map(|start| match &start.image {
        Fact::Absent => Fact::Absent,
        _ => Fact::Known((), start.place.clone()),
    }));
    deployment.ports = starts.iter().flat_map(|start| start.ports.iter().cloned()).collect();
    deployment
}

/// The image of the first start that names a release; unknown when the first has an image of unknown tag.
fn image(starts: &[&Arc<Start>]) -> Fact<Image> {
    let named =
        starts.iter().map(|start| &start.image).find(|image| image.known().is_some_and(|image| image.asked.is_some()));
    named.or_else(|| starts.first().map(|start| &start.image)).cloned().unwrap_or_default()
}

/// The first image of all starts in containers, without any the first of the downloads, else of the programs, when all of them name
/// the same release by a tag.
pub(super) fn only_image(survey: &Survey) -> Fact<Image> {
    let in_containers: Vec<_> =
        survey.starts.iter().map(|start| &start.image).filter(|image| !image.is_absent()).collect();
    // What is the latest at the time says less than a release somewhere else.
    let is_pinned =
        |image: &&&Fact<Image>| image.known().is_none_or(|image| !is_unpinned(&image.tag) || !image.is_of_ory());
    let pinned: Vec<_> = in_containers.iter().filter(is_pinned).copied().collect();
    match (in_containers.is_empty(), survey.downloads.is_empty()) {
        (false, _) if !pinned.is_empty() => one_release(pinned),
        (false, _) => one_release(in_containers),
        (true, false) => one_release(&survey.downloads),
        (true, true) if survey.programs.is_empty() => one_release(&survey.mentions),
        (true, true) => one_release(survey.programs.iter().flat_map(|program| &program.images)),
    }
}

/// The image of the release of Ory's chart when all that the project names run one, without any that of its manifests, jobs and
/// scripts: compose files are for the machine of a developer.
pub(super) fn of_only_chart(survey: &Survey) -> Fact<Image> {
    let version = |(version, place): &(String, Place)| match chart::default_tag(version) {
        Some(tag) => {
            let image = Image { name: "oryd/kratos".to_owned(), tag: tag.to_owned(), asked: release(tag) };
            Fact::Known(image, place.clone())
        }
        None => Fact::Unknown,
    };
    let charts: Vec<Fact<Image>> =
        survey.given.iter().filter_map(|given| given.version.as_ref()).map(version).collect();
    if !charts.is_empty() {
        return one_release(&charts);
    }
    let of_compose = survey.starts.iter().filter(|start| start.by == By::Compose);
    let of_compose: HashSet<&str> = of_compose.map(|start| start.place.source.path()).collect();
    let is_other = |image: &&Fact<Image>| image.place().is_none_or(|place| !of_compose.contains(place.source.path()));
    one_release(survey.mentions.iter().filter(is_other))
}

/// The first of these images when the tags of all name one release.
pub(super) fn one_release<'i>(images: impl IntoIterator<Item = &'i Fact<Image>>) -> Fact<Image> {
    let mut images = images.into_iter();
    let release = |image: &Fact<Image>| {
        let image = image.known().filter(|image| !is_unpinned(&image.tag) && image.tag != FROZEN)?;
        image.asked.map(|asked| asked.version)
    };
    let Some(first) = images.next() else { return Fact::Unknown };
    let is_one = release(first).is_some() && images.all(|image| release(image) == release(first));
    if is_one { first.clone() } else { Fact::Unknown }
}

/// The fact when all say the same, else unknown.
pub(super) fn agreed(mut facts: impl Iterator<Item = Fact<()>>) -> Fact<()> {
    let Some(first) = facts.next() else { return Fact::Unknown };
    let same = facts.all(|fact| fact.state() == first.state());
    if same { first } else { Fact::Unknown }
}

/// Most variables of all starts of a unit together.
pub(super) const MAX_VARIABLES: usize = 20_000;

/// The variables of all starts; a value on which they differ is not known. None when there are too many to compare.
fn variables(starts: &[&Arc<Start>]) -> Option<Vec<env::Variable>> {
    let mut left = MAX_VARIABLES;
    // The first of each name, and how many starts say the same.
    let mut found: Vec<(&env::Variable, usize)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for start in starts {
        let effective = start.variables.effective();
        left = left.checked_sub(effective.len())?;
        for variable in effective {
            let index = *known.entry(&variable.name).or_insert(found.len());
            if index == found.len() {
                found.push((variable, 0));
            }
            if let Some((first, same)) = found.get_mut(index) {
                *same += usize::from(first.value == variable.value);
            }
        }
    }
    let agreed = |(variable, same): (&env::Variable, usize)| {
        let value = variable.value.clone().filter(|_| same == starts.len());
        env::Variable { value, ..variable.clone() }
    };
    Some(found.into_iter().map(agreed).collect())
}
