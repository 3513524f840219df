#!/usr/bin/env bash
# Builds the image of a release and has compose, the chart and the manifests start it:
#   scripts/release/try-deployments.sh FOLDER
# Needs docker, helm, kubectl and kind, which the runners of GitHub have.
set -euo pipefail
folder=$(cd "${1:?usage: try-deployments.sh FOLDER}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xzf "$folder/claude-code-proxy-deploy.tar.gz" -C "$work"
cd "$work/deploy"

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
cd ..
# Nobody gets in without the key; with it, what is missing is an account.
[ "$without" = 401 ] && [ "$with" != 401 ] && [ "$with" != 403 ]

chart=("$folder/claude-code-proxy-chart.tgz" --set publicUrl=https://proxy.example.com)
helm lint --strict "${chart[@]}"
kind create cluster --wait 2m
trap 'kind delete cluster; rm -rf "$work"' EXIT
kind load docker-image "$image"
kubectl create secret generic claude-code-proxy \
  --from-literal=client-key="$CCPROXY_CLIENT_KEY" --from-literal=vault-key="$(openssl rand -base64 32)"
# The server knows every field, and refuses others.
helm template mine "${chart[@]}" --set ingress.enabled=true | kubectl apply --dry-run=server --filename -
kubectl apply --kustomize kubernetes
kubectl rollout status deployment/claude-code-proxy --timeout 3m
kubectl exec deploy/claude-code-proxy -- claude-code-proxy status
kubectl delete --kustomize kubernetes
helm install mine "${chart[@]}" --wait --timeout 3m
kubectl exec deploy/mine -- claude-code-proxy health --live
helm uninstall mine
echo 'The image starts by compose, by the manifests and by the chart.'
