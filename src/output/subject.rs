//! What a report is about: the configuration itself, for pictures of it.

use std::path::Path;

use super::Paths;
use crate::check::UnitReport;
use crate::files::Files;
use crate::kratos::identity;
use crate::kratos::plan::{self, Point};

/// What runs in the configuration of a report; none when it could not be read.
pub(super) fn points<'r>(report: &'r UnitReport, paths: &Paths) -> Option<Vec<Point<'r>>> {
    let subject = report.subject.as_ref()?;
    let (root, version) = (subject.tree.root()?, report.target.newest());
    let mut points = plan::points_of(root, version, subject.is_part);
    let files = Files::beside(paths.disk(), Path::new(&report.file));
    plan::drop_unreachable(&mut points, &identity::load(root, &files));
    Some(points)
}
