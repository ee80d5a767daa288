docker::run { 'kratos':
  image   => 'oryd/kratos:v1.1.0',
  command => 'serve -c /etc/config/kratos/kratos.yml --dev --watch-courier',
  volumes => ['/opt/kratos:/etc/config/kratos'],
}
