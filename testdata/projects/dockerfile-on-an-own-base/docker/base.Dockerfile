FROM oryd/kratos:v1.2.0
USER root
RUN apk add --no-cache curl
USER ory
