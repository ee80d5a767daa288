export COMPOSE_FILE=compose.yml:compose.dev.yml
docker compose up -d
