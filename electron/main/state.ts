import { app, type BrowserWindow } from 'electron';
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CancelledError, UserError } from '../core/errors';
import { languageOf, type Language } from '../core/texts';
import type { Preferences, ProjectView, StudioEvents } from '../ipc/contract';
import { Jobs, plainContext } from '../services/jobs';
import { closeProject, type Project } from '../services/projects';
import { readJson, rememberProject, writeJson } from '../services/recent';
import { PhoneServer } from '../services/serving';
import { projectStatus } from '../services/status';
import { makeThumbs, missingThumbs, Thumbs } from '../services/thumbs';
import { createSpeaker } from '../services/texts';
import { ownFolder } from '../services/ownFolder';
import type { Workers } from '../services/workers';
import { sendEvent } from './ipc';

type StoredPreferences = Omit<Preferences, 'systemLanguage'>;

const defaults: StoredPreferences = { language: 'system', theme: 'system', threads: 0, copyFilms: true, tourSeen: false, keys: {} };

const thumbsDelay = 2500;

/** What the running program knows: the open project, its jobs and workers, the window. One of it exists. */
export class StudioState {
  window: BrowserWindow | null = null;
  project: Project | null = null;
  readonly jobs = new Jobs((jobs) => sendEvent(this.window, 'jobs:changed', jobs));
  /** Small pictures of the open project's frames. */
  thumbs: Thumbs | null = null;
  private thumbsTimer: NodeJS.Timeout | null = null;
  /** Pictures outside the project that the user chose in this session, by the key under which the window shows them. */
  private readonly pictures = new Map<string, string>();
  /** Pictures of the webcam; made when the first comes. */
  private shots: string | null = null;
  /** The server for phones and programs, of the open project. */
  readonly phones: PhoneServer;

  constructor(
    readonly workers: Workers,
    readonly log: (text: string) => void,
  ) {
    this.phones = new PhoneServer(workers, log, () => sendEvent(this.window, 'serving:changed', this.phones.view()));
  }

  /** Folder of the program's own files. */
  get userFolder(): string {
    return app.getPath('userData');
  }

  get recentFile(): string {
    return join(this.userFolder, 'recent.json');
  }

  get preferences(): Preferences {
    const stored = readJson<Partial<StoredPreferences>>(join(this.userFolder, 'preferences.json'), {});
    return { ...defaults, ...stored, systemLanguage: languageOf(app.getLocale()) };
  }

  setPreferences(part: Partial<StoredPreferences>): Preferences {
    const old: Partial<Preferences> = { ...this.preferences };
    delete (old as { systemLanguage?: unknown }).systemLanguage;
    writeJson(join(this.userFolder, 'preferences.json'), { ...old, ...part });
    return this.preferences;
  }

  get language(): Language {
    const { language, systemLanguage } = this.preferences;
    return language === 'system' ? systemLanguage : language;
  }

  /** The open project. Errors: `projects:noneOpen`. */
  open(): Project {
    if (!this.project) throw new UserError('projects:noneOpen');
    return this.project;
  }

  /** Makes a project the open one; the one before is closed, its jobs are stopped. */
  switchTo(project: Project | null): ProjectView | null {
    this.phones.stop();
    this.forgetShots();
    if (this.project) {
      this.jobs.cancelAll();
      try {
        this.remember();
        closeProject(this.project);
      } catch (error) {
        // Its drive may be gone: there is nothing left to write to.
        this.log(`closing ${this.project.folder}: ${String(error)}`);
      }
    }
    this.project = project;
    this.thumbs = project ? new Thumbs(project.folder) : null;
    this.makeThumbsLater();
    this.pictures.clear();
    if (project) this.remember();
    const view = this.projectView();
    sendEvent(this.window, 'projects:opened', view);
    this.window?.setTitle(project ? `${project.name} · Graft` : 'Graft');
    return view;
  }

  projectView(resumedImports = 0): ProjectView | null {
    return this.project ? { folder: this.project.folder, name: this.project.name, resumedImports } : null;
  }

  private remember(): void {
    if (!this.project) return;
    const status = projectStatus(this.project);
    rememberProject(this.recentFile, {
      folder: this.project.folder,
      name: this.project.name,
      openedAt: new Date().toISOString(),
      classes: status.classes.map(({ name }) => name),
      frames: status.frames,
    });
  }

  changed(what: StudioEvents['project:changed']['what']): void {
    sendEvent(this.window, 'project:changed', { what });
    if (what === 'clips') this.makeThumbsLater();
  }

  /** Makes missing small pictures when nothing else has been going on for a moment. */
  private makeThumbsLater(): void {
    if (this.thumbsTimer) clearTimeout(this.thumbsTimer);
    this.thumbsTimer = setTimeout(() => {
      this.thumbsTimer = null;
      if (this.jobs.list().some(({ state, kind }) => state === 'running' && kind !== 'thumbs')) return this.makeThumbsLater();
      if (this.project && !this.jobs.isRunning('thumbs')) void this.makeThumbsNow(this.project);
    }, thumbsDelay);
  }

  private async makeThumbsNow(project: Project): Promise<void> {
    try {
      // A few are made before anyone could read about it.
      const blocks = await missingThumbs(project);
      if (blocks.length > 10) await this.jobs.start('thumbs', { value: 0, title: 'jobs:thumbs' }, (context) => makeThumbs(project, blocks, context)).done;
      else await makeThumbs(project, blocks, plainContext());
    } catch (error) {
      // Only a cache: the large pictures are shown meanwhile.
      if (!(error instanceof CancelledError)) this.log(`small pictures: ${String(error)}`);
    }
  }

  /** Gives a picture outside the project an address in the window. */
  showPicture(path: string): string {
    const key = randomUUID();
    this.pictures.set(key, path);
    return `studio://project/picture/${key}`;
  }

  pictureFile(key: string): string | null {
    return this.pictures.get(key) ?? null;
  }

  /** Name of the clip that today's pictures go into. */
  phoneClipName(): string {
    return createSpeaker(this.language).say('serving:phoneClip', { date: new Date().toISOString().slice(0, 10) });
  }

  /** Writes a picture of the webcam into a file of this session. */
  writeShot(jpeg: Uint8Array): string {
    this.shots ??= ownFolder('graft-shots');
    const file = join(this.shots, `${randomUUID()}.jpg`);
    writeFileSync(file, jpeg);
    return file;
  }

  private forgetShots(): void {
    if (this.shots !== null) rmSync(this.shots, { recursive: true, force: true });
    this.shots = null;
  }
}
