#!/usr/bin/env bash
# Reads chart, manifests and compose files of a release with the tools they are for, builds the image and has compose
# start it: scripts/release/try-deployments.sh FOLDER
# Needs docker, helm and kubectl, which the runners of GitHub have.
set -euo pipefail
folder=$(cd "${1:?usage: try-deployments.sh FOLDER}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xzf "$folder/claude-code-proxy-deploy.tar.gz" -C "$work"
cd "$work/deploy"

chart=("$folder/claude-code-proxy-chart.tgz" --set publicUrl=https://proxy.example.com)
helm lint --strict "${chart[@]}"
helm template mine "${chart[@]}" --set ingress.enabled=true | kubectl create --dry-run=client --validate=false --filename - --output name
kubectl kustomize kubernetes >/dev/null

for processor in amd64 arm64; do cp "$folder/claude-code-proxy-linux-$processor" container/; done
image=$(sed -n 's/^ *image: \(.*claude-code-proxy:.*\)$/\1/p' compose/compose.yaml)
docker build --tag "$image" container

cd compose
CCPROXY_CLIENT_KEY=ccp-$(openssl rand -hex 24)
export CCPROXY_CLIENT_KEY PUBLIC_HOST=proxy.example.com
openssl rand -base64 32 >vault-key
openssl rand -hex 24 >database-password
docker compose --file compose.team.yaml --file compose.postgres.yaml config --quiet
docker compose up --detach --wait
without=$(curl -s -o /dev/null -w '%{http_code}' http://localhost:8000/v1/models)
with=$(curl -s -o /dev/null -w '%{http_code}' --header "x-api-key: $CCPROXY_CLIENT_KEY" http://localhost:8000/v1/models)
docker compose exec proxy claude-code-proxy status
docker compose down --volumes
# Nobody gets in without the key; with it, what is missing is an account.
[ "$without" = 401 ] && [ "$with" != 401 ] && [ "$with" != 403 ]
echo "The image starts and answers: $without without the key, $with with it."
