import classes from './page-skeleton.module.css';

/** A thing that is still read, in its shape; it is seen only when that takes a moment. */
export function PageSkeleton({ mark, tabs = 0 }: { readonly mark?: 'person' | 'thing'; readonly tabs?: number }) {
  return (
    <div className={classes['page']} aria-hidden>
      <div className={classes['head']}>
        {mark !== undefined && <i className={classes[mark]} />}
        <div>
          <i className={classes['title']} />
          <i className={classes['line']} />
        </div>
      </div>
      {tabs > 0 && (
        <div className={classes['tabs']}>
          {Array.from({ length: tabs }, (_, tab) => (
            <i key={tab} />
          ))}
        </div>
      )}
      <div className={classes['cards']}>
        <i />
        <i />
      </div>
    </div>
  );
}
