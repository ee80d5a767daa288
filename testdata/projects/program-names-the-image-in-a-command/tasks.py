from invoke import task
@task
def idp(c):
    c.run("docker run --rm -e DSN=memory -v $PWD/auth:/etc/config/kratos oryd/kratos:v1.2.0 serve -c /etc/config/kratos/kratos.yml --dev --watch-courier")
