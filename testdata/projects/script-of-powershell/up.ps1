$env:DSN = "memory"
docker run -d -e DSN=memory -v "${PWD}/auth:/etc/config/kratos" oryd/kratos:v1.1.0 serve -c /etc/config/kratos/kratos.yml --dev --watch-courier
