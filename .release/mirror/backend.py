"""Builds a wheel that holds no file and depends on kratos-lint: nothing else has to be downloaded to build it."""

import os
import zipfile

NAME = "kratos_lint_pre_commit-VERSION"
METADATA = "Metadata-Version: 2.1\nName: kratos-lint-pre-commit\nVersion: VERSION\nRequires-Dist: kratos-lint==VERSION\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: kratos-lint\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """PEP 517."""
    name = NAME + "-py3-none-any.whl"
    info = NAME + ".dist-info/"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as archive:
        archive.writestr(info + "METADATA", METADATA)
        archive.writestr(info + "WHEEL", WHEEL)
        archive.writestr(info + "RECORD", "".join(info + file + ",,\n" for file in ("METADATA", "WHEEL", "RECORD")))
    return name
