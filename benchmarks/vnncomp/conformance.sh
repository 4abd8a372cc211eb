#!/bin/sh
# Runs the conformance tests of PyPI's vnnlib-satisfactory on rsm, and compares how PyPI's vnnlib and rsm read
# the queries of these tests and of the folders given as arguments. Needs Python 3.11 or later, Go, and PyPI.
# The exit status is 0 if no test of a feature that rsm claims fails; see conformance.py.
#
#   ./conformance.sh [FOLDER ...]
#
# The tests declare float32 networks. rsm refuses those without --as-real, which is checked first; the tests
# then run with it.
set -eu
folders=$(for f in "$@"; do (cd "$f" && pwd); done)
cd "$(dirname "$0")"
test -x .venv/bin/python || "${PYTHON:-python3}" -m venv .venv
.venv/bin/python -m pip install --quiet --requirement requirements.txt
mkdir -p .work
(cd ../.. && go build -o benchmarks/vnncomp/.work/rsm ./cmd/rsm && go build -o benchmarks/vnncomp/.work/readings ./benchmarks/vnncomp/readings)
cat > .work/rsm-as-real <<'EOT'
#!/bin/sh
rsm=$(dirname "$0")/rsm
if [ "$1" = verify ]; then shift; exec "$rsm" verify --as-real "$@"; fi
exec "$rsm" "$@"
EOT
chmod +x .work/rsm-as-real
cd .work
for part in opset vnnlib serialise-assignments; do
	../.venv/bin/vnnlib-satisfactory compliance $part --solver "$PWD/rsm"
done
../.venv/bin/vnnlib-satisfactory run --solver "$PWD/rsm-as-real" --timeout "${TIMEOUT:-20}" > run.log
status=0
PYTHONDONTWRITEBYTECODE=1 ../.venv/bin/python ../conformance.py .vnnlib-satisfactory "$PWD/rsm" || status=1
../.venv/bin/python ../readings.py ./readings .vnnlib-satisfactory $folders || status=1
exit $status
