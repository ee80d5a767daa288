# What the tests of a release share; sourced from the root of the repository.
set -euo pipefail
root=$PWD
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

skip() {
    echo "$*"
    exit 77
}

fail() {
    echo "failed: $*"
    exit 1
}

need() {
    command -v "$1" >/dev/null || skip "$1 is not here"
}

# The program of dist/ that runs on this machine.
program() {
    local file
    for file in "$root"/dist/bin/*/kratos-lint*; do
        if "$file" --version >/dev/null 2>&1; then
            echo "$file"
            return
        fi
    done
    return 1
}

need_dist() {
    binary=$(program) || skip "dist/ has no program that runs here: .release/build makes it"
    target=$(basename "$(dirname "$binary")")
}

# The sample project, alone in a folder: what a user has.
sample() {
    mkdir -p "$1"
    cp -R "$root/testdata/sample/." "$1/"
}

# Writes what a command prints in the sample, with its status, to a file.
output() {
    local file=$1 status=0
    shift
    (cd "$work/compared" && "$@") >"$file" 2>&1 || status=$?
    echo "status $status" >>"$file"
}

# Runs a kratos-lint (a command with its arguments) as users do, and compares with the binary of dist/, byte for byte.
same_as_binary() {
    local args
    sample "$work/compared"
    for args in "--version" "kratos.yml" "--format json kratos.yml" "--format sarif ." "hooks kratos.yml" "explain shadowed-hook" \
        "schema request --hook /selfservice/flows/registration/after/password/hooks/1 kratos.yml" "--kratos 9.9 nope.yml"; do
        # shellcheck disable=SC2086
        output "$work/expected" "$binary" $args
        # shellcheck disable=SC2086
        output "$work/actual" "$@" $args
        cmp "$work/expected" "$work/actual" || fail "$* $args prints something else than the binary"
    done
    echo "8 commands print the same as the binary"
}
