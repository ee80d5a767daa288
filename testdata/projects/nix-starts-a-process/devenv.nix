{ pkgs, ... }: {
  packages = [ pkgs.kratos ];
  processes.kratos.exec = "kratos serve -c kratos/kratos.yml --dev --watch-courier";
}
