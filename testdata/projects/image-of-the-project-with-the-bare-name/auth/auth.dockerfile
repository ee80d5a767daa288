FROM oryd/kratos:v1.1.0
USER root
COPY base.yml /conf/base.yml
