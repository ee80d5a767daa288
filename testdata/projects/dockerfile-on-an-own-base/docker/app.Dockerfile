FROM acorn/kratos-base
COPY conf /etc/config/kratos
CMD ["serve","-c","/etc/config/kratos/kratos.yml","--dev","--watch-courier"]
ENV DSN=memory
