docker compose -f deploy/compose/compose.kratos.yml -f deploy/compose/compose.ui.yml --project-directory . up -d
